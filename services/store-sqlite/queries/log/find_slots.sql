-- log/find_slots: $1 is a JSON array of page ids in hexadecimal
select p.page_id, p.last_slot
from json_each($1) as wanted
join page as p on p.page_id = unhex(wanted.value)

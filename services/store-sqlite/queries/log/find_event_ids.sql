-- log/find_event_ids: $1 is a JSON array of event ids in hexadecimal
select count(*), coalesce(max(e.position), 0)
from json_each($1) as wanted
join event as e on e.event_id = unhex(wanted.value)

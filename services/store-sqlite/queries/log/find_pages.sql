-- log/find_pages: $1 is a JSON array of page ids in hexadecimal
select p.page_id, p.provider, p.name, p.url, p.interval_us, p.added_at, p.watched, p.platform, p.poll_state
from json_each($1) as wanted
join page as p on p.page_id = unhex(wanted.value)

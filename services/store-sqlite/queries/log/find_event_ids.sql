-- log/find_event_ids: $1 is a JSON array of event ids in hexadecimal
select e.position, s.kind, p.slug, s.key, e.event_id
from json_each($1) as wanted
join event as e on e.event_id = unhex(wanted.value)
join stream as s on s.stream_id = e.stream_id
join provider as p on p.provider_id = s.provider_id
order by e.position

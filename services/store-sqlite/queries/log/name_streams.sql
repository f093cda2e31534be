-- log/name_streams: $1 is a JSON array of stream ids
select s.stream_id, s.kind, p.slug, s.key, s.page
from json_each($1) as wanted
join stream as s on s.stream_id = wanted.value
join provider as p on p.provider_id = s.provider_id

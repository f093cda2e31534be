-- log/find_streams: $1 is a JSON array of keys in hexadecimal; uses the index on (key, …)
select
  s.stream_id, s.kind, s.provider_id, s.key, s.page,
  (select coalesce(max(e.revision), 0) from event as e where e.stream_id = s.stream_id)
from json_each($1) as wanted
join stream as s on s.key = unhex(wanted.value)

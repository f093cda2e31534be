-- log/find_streams: $1 is a JSON array of keys in hexadecimal; uses the index on (key, …)
select s.stream_id, s.kind, s.provider_id, s.key, s.revision
from json_each($1) as wanted
join stream as s on s.key = unhex(wanted.value)

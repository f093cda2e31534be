-- log/find_stream
select s.stream_id
from stream as s
join provider as p on p.provider_id = s.provider_id
where s.key = $1 and s.kind = $2 and p.slug = $3

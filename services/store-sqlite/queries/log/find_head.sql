-- log/find_head
select
  h.log_id, h.position, h.hash, h.recorded_at, h.manifests, h.manifest_hash,
  e.number, e.hash
from log_head as h
left join epoch as e on e.number = (select max(number) from epoch)
where h.one = 1

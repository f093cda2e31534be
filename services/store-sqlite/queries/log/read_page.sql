-- log/read_page: uses stream_by_page, then the index on (stream_id, revision)
select
  e.position, e.stream_id, e.revision,
  (e.kind_id << 18) | (e.schema << 2) | ((e.observation is not null) << 1) | e.backfilled,
  e.occurred_at, e.published_at, e.observed_at, e.recorded_at, e.payload,
  cast(concat(e.event_id, e.payload_hash, e.hash, e.observation, e.author) as blob)
from stream as s
join event as e on e.stream_id = s.stream_id
where s.page = $1 and e.position > $2
order by e.position
limit $3

-- log/read_stream: uses the index on (stream_id, revision)
select
  e.position, e.stream_id, e.revision,
  (e.kind_id << 18) | (e.schema << 2) | ((e.observation is not null) << 1) | e.backfilled,
  e.occurred_at, e.published_at, e.observed_at, e.recorded_at, e.payload,
  cast(concat(e.event_id, e.payload_hash, e.hash, e.observation, e.author) as blob)
from event as e
where e.stream_id = $1 and e.revision > $2
order by e.revision
limit $3

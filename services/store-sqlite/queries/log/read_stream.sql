-- log/read_stream: uses the index on (stream_id, revision)
select
  e.position, e.stream_id, e.revision, e.event_id, e.kind, e.schema, e.occurred_at,
  e.published_at, e.observed_at, e.recorded_at, e.backfilled, e.observation_id, e.payload,
  e.payload_hash, e.hash
from event as e
where e.stream_id = $1 and e.revision > $2
order by e.revision
limit $3

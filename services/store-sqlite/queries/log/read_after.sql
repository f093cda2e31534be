-- log/read_after
select
  e.position, e.stream_id, e.revision, e.event_id, e.kind, e.schema, e.occurred_at,
  e.published_at, e.observed_at, e.recorded_at, e.backfilled, e.observation_id, e.payload,
  e.payload_hash, e.hash
from event as e
where e.position > $1
order by e.position
limit $2

-- log/read_page: uses stream_by_page, then the index on (stream_id, revision)
select
  e.position, e.stream_id, e.revision, e.event_id, e.kind, e.schema, e.occurred_at,
  e.published_at, e.observed_at, e.recorded_at, e.backfilled, e.observation_id, e.payload,
  e.payload_hash, e.hash
from stream as s
join event as e on e.stream_id = s.stream_id
where s.page = $1 and e.position > $2
order by e.position
limit $3

-- log/insert_events
insert into event (
  position, stream_id, revision, event_id, kind_id, schema, provider_id, occurred_at, published_at,
  observed_at, recorded_at, backfilled, author, observation, payload, payload_hash, hash
)
select * from (values
  (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
) as bound where column1 is not null

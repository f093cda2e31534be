-- log/insert_streams: a stream's revision is that of its last event, so its row never changes
insert into stream (stream_id, kind, provider_id, key, page)
select * from (values
  (?, ?, ?, ?, ?)
) as bound where column1 is not null

-- log/put_streams
insert into stream (stream_id, kind, provider_id, key, page, revision) values
  (?, ?, ?, ?, ?, ?)
on conflict (stream_id) do update set revision = excluded.revision

-- log/last_stream
select coalesce(max(stream_id), 0) from stream

-- log/insert_head
insert into log_head (one, log_id, position, hash, recorded_at) values (1, $1, 0, $2, 0)
on conflict (one) do nothing

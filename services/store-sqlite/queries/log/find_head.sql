-- log/find_head
select log_id, position, hash, recorded_at from log_head where one = 1

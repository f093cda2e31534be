-- log/find_head
select log_id, position, hash, recorded_at, manifests, manifest_hash from log_head where one = 1

-- log/move_head
update log_head
set position = $1, hash = $2, recorded_at = $3, manifests = $4, manifest_hash = $5
where one = 1

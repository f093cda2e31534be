-- log/insert_head: `on conflict do nothing` would still fire the triggers of an insert
insert into log_head (one, log_id, position, hash, recorded_at, manifests, manifest_hash)
select 1, $1, 0, $2, 0, 0, $3
where not exists (select 1 from log_head)

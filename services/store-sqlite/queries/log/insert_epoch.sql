-- log/insert_epoch
insert into epoch (number, after, opened_at, previous, manifests, manifest_hash, hash)
values ($1, $2, $3, $4, $5, $6, $7)

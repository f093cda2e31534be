-- evidence/put_manifest
insert into document_manifest (observation_id, page, hash, content, seal) values ($1, $2, $3, $4, $5)
on conflict do nothing

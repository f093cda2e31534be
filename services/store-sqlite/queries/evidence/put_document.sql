-- evidence/put_document: a tombstone is filled again
insert into document (hash, size, content, content_hash) values ($1, $2, $3, $4)
on conflict (hash) do update set content = excluded.content, content_hash = excluded.content_hash

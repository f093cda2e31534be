-- evidence/put_use
insert into document_use (page, hash, arrival, bytes, caused) values ($1, $2, $3, $4, $5)
on conflict do nothing

-- log/insert_erasure
insert into erasure (position, document, erased_at, erased_by, reason, seal)
values ($1, $2, $3, $4, $5, $6)
on conflict do nothing

-- views/put_passed_over
insert into passed_over (kind, document, sum) values ($1, $2, $3)
on conflict (kind) do update set document = excluded.document, sum = excluded.sum

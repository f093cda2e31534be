-- views/put_passed_over
insert into passed_over (kind, document, sum)
select * from (values
  (?, ?, ?)
) as bound where column1 is not null
on conflict (kind) do update set document = excluded.document, sum = excluded.sum

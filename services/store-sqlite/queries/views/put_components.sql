-- views/put_components
insert into component_view (id, provider, document, sum)
select * from (values
  (?, ?, ?, ?)
) as bound where column1 is not null
on conflict (id) do update set document = excluded.document, sum = excluded.sum

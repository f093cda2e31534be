-- views/put_providers
insert into provider_view (slug, document, sum)
select * from (values
  (?, ?, ?)
) as bound where column1 is not null
on conflict (slug) do update set document = excluded.document, sum = excluded.sum

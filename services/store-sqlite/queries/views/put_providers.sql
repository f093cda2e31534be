-- views/put_providers
insert into provider_view (slug, document, sum) values
  (?, ?, ?)
on conflict (slug) do update set document = excluded.document, sum = excluded.sum

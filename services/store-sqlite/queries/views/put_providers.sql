-- views/put_providers
insert into provider_view (slug, document) values
  (?, ?)
on conflict (slug) do update set document = excluded.document

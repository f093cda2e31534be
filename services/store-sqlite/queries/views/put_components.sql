-- views/put_components
insert into component_view (id, provider, document) values
  (?, ?, ?)
on conflict (id) do update set document = excluded.document

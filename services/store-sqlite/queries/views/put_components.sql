-- views/put_components
insert into component_view (id, provider, document, sum) values
  (?, ?, ?, ?)
on conflict (id) do update set document = excluded.document, sum = excluded.sum

-- views/put_pages
insert into page_view (id, removed_at) values
  (?, ?)
on conflict (id) do update set removed_at = excluded.removed_at

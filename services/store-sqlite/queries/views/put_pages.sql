-- views/put_pages
insert into page_view (id, removed_at)
select * from (values
  (?, ?)
) as bound where column1 is not null
on conflict (id) do update set removed_at = excluded.removed_at

-- evidence/add_page_use
insert into page_use (page, bytes) values ($1, $2)
on conflict (page) do update set bytes = bytes + excluded.bytes

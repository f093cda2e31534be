-- views/check_pages: all of them
select id, removed_at from page_view

-- log/last_mark
select coalesce(max(mark), 0) from page

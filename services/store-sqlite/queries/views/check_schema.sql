-- views/check_schema: what tables, indexes and views there are
select type, name, tbl_name, sql
from sqlite_schema
where tbl_name <> '_sqlx_migrations'
order by type, name

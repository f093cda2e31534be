-- file/find_format: whose a file is, its format, how much is in it beside the list of migrations, and how many of the given tables
select
  (select application_id from pragma_application_id),
  (select user_version from pragma_user_version),
  (select count(*) from sqlite_schema where tbl_name <> '_sqlx_migrations'),
  (select count(*) from sqlite_schema
   where type = 'table' and name in (select value from json_each($1)))

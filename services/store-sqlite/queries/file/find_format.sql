-- file/find_format: and how much is in the file beside the list of migrations
select
  (select user_version from pragma_user_version),
  (select count(*) from sqlite_schema where tbl_name <> '_sqlx_migrations')

-- file/find_views: whether there are views of any version in the file
select count(*) = 2 from sqlite_schema where name in ('checkpoint', 'provider_view')

-- log/insert_provider
insert into provider (provider_id, slug) values ($1, $2)

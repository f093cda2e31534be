-- log/find_providers
select provider_id, slug from provider

-- views/all_providers
select document from provider_view order by slug

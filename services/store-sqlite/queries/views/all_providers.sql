-- views/all_providers
select document, sum, slug from provider_view order by slug

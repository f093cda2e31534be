-- views/load_providers: $1 is a JSON array of slugs
select p.document, p.sum, wanted.value
from json_each($1) as wanted
join provider_view as p on p.slug = wanted.value

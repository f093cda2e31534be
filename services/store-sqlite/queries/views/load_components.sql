-- views/load_components: $1 is a JSON array of ids in hexadecimal
select c.document, c.sum, wanted.value
from json_each($1) as wanted
join component_view as c on c.id = unhex(wanted.value)

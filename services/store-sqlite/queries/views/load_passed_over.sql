-- views/load_passed_over: $1 is a JSON array of kinds
select p.document, p.sum, wanted.value
from json_each($1) as wanted
join passed_over as p on p.kind = wanted.value

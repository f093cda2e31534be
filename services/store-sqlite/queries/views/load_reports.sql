-- views/load_reports: $1 is a JSON array of ids in hexadecimal
select r.document, r.sum, wanted.value
from json_each($1) as wanted
join report_view as r on r.id = unhex(wanted.value)

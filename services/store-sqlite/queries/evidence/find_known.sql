-- evidence/find_known: $1 is a JSON array of hashes in hexadecimal digits
select d.hash
from json_each($1) as wanted
join document as d on d.hash = unhex(wanted.value)

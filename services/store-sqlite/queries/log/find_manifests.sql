-- log/find_manifests: $1 is a JSON array of observation ids in hexadecimal digits
select m.observation_id, m.content
from json_each($1) as wanted
join manifest as m on m.observation_id = unhex(wanted.value)

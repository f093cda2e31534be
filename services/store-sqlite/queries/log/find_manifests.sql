-- log/find_manifests: $1 is a JSON array of observation ids in hexadecimal digits, $2 the step of the index
with wanted (observation_id) as (select unhex(value) from json_each($1))
select m.observation_id, m.content
from wanted as w
join manifest_by_observation as i on i.observation_id = w.observation_id
join manifest as m on m.number = i.number
union all
select m.observation_id, m.content
from log_head
join manifest as m on m.number > log_head.manifests - log_head.manifests % $2
where m.observation_id in (select w.observation_id from wanted as w)

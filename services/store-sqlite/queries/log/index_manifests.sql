-- log/index_manifests: those after $1 up to $2
insert into manifest_by_observation (observation_id, number)
select m.observation_id, m.number
from manifest as m
where m.number > $1 and m.number <= $2
order by m.observation_id

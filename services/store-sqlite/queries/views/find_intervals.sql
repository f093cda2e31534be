-- views/find_intervals: the newest first
select status, started_at, ended_at, sum, component_id, position
from status_interval
where component_id = $1
order by position desc
limit $2

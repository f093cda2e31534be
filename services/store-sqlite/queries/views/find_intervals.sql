-- views/find_intervals: the newest first
select status, started_at, ended_at
from status_interval
where component_id = $1
order by position desc
limit $2

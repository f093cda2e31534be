-- views/find_outages: answered by the index report_view_by_start alone
select started_at, ended_at, impact
from report_view
where provider = $1
  and kind = $2
  and (ended_at is null or max(ended_at, started_at) >= $3)
  and started_at < $4
order by started_at desc, id desc

-- views/find_outages: answered by indexes alone
select r.started_at, r.ended_at, r.impact
from report_once as r
where r.provider = $1
  and r.kind = $2
  and (r.ended_at is null or max(r.ended_at, r.started_at) >= $3)
  and r.started_at < $4
order by r.started_at desc, r.id desc

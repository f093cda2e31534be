-- views/find_reports: newest first, behind the cursor ($5, $6); uses report_view_by_start
select r.document, r.sum, lower(hex(r.id))
from report_once as r
where r.provider = $1
  and r.kind = $2
  and (r.ended_at is null or max(r.ended_at, r.started_at) >= $3)
  and r.started_at < $4
  and (r.started_at, r.id) < ($5, $6)
order by r.started_at desc, r.id desc
limit $7

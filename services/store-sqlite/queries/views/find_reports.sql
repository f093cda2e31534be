-- views/find_reports: newest first, behind the cursor ($5, $6); uses report_view_by_start
select document
from report_view
where provider = $1
  and kind = $2
  and (ended_at is null or max(ended_at, started_at) >= $3)
  and started_at < $4
  and (started_at, id) < ($5, $6)
order by started_at desc, id desc
limit $7

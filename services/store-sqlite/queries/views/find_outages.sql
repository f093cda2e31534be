-- views/find_outages: answered by indexes alone; a removed page yields to one that was removed later
select r.started_at, r.ended_at, r.impact
from report_view as r
where r.provider = $1
  and r.kind = $2
  and (r.ended_at is null or max(r.ended_at, r.started_at) >= $3)
  and r.started_at < $4
  and not exists (
    select 1
    from page_view as own
    cross join report_view as again
    cross join page_view as other
    where own.id = r.page
      and own.removed_at is not null
      and again.provider = r.provider
      and again.kind = r.kind
      and again.external_id = r.external_id
      and other.id = again.page
      and (other.removed_at is null or other.removed_at > own.removed_at)
  )
order by r.started_at desc, r.id desc

-- log/pages_after: uses page_by_mark
select
  page_id, provider, name, url, interval_us, added_at, watched, platform, poll_state, mark
from page
where mark > $1
order by mark

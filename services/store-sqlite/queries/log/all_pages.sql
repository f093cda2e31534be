-- log/all_pages
select page_id, provider, name, url, interval_us, added_at, watched, platform, memo
from page
order by provider, url

-- log/put_pages
insert into page (
  page_id, provider, name, url, interval_us, added_at, watched, platform, last_slot, poll_state, mark
)
select * from (values
  (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
) as bound where column1 is not null
on conflict (page_id) do update set
  provider = excluded.provider,
  name = excluded.name,
  url = excluded.url,
  interval_us = excluded.interval_us,
  added_at = excluded.added_at,
  watched = excluded.watched,
  platform = excluded.platform,
  last_slot = excluded.last_slot,
  poll_state = excluded.poll_state,
  mark = excluded.mark

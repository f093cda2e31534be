-- log/put_page
insert into page (
  page_id, provider, name, url, interval_us, added_at, watched, platform, last_slot, memo
) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
on conflict (page_id) do update set
  provider = excluded.provider,
  name = excluded.name,
  url = excluded.url,
  interval_us = excluded.interval_us,
  added_at = excluded.added_at,
  watched = excluded.watched,
  platform = excluded.platform,
  last_slot = excluded.last_slot,
  memo = excluded.memo

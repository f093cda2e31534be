-- views/put_intervals
insert into status_interval (component_id, position, status, started_at, ended_at, sum)
select * from (values
  (?, ?, ?, ?, ?, ?)
) as bound where column1 is not null
on conflict (component_id, position) do update set
  status = excluded.status,
  started_at = excluded.started_at,
  ended_at = excluded.ended_at,
  sum = excluded.sum

-- views/put_intervals
insert into status_interval (component_id, position, status, started_at, ended_at) values
  (?, ?, ?, ?, ?)
on conflict (component_id, position) do update set ended_at = excluded.ended_at

-- views/check_intervals: all of them
select status, started_at, ended_at, sum, component_id, position from status_interval

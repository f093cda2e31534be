-- log/contradictions: each row is one, in words; $1 is the step of the index of manifests
select format('event %d is listed under another provider than its stream is', e.position)
from event as e join stream as s on s.stream_id = e.stream_id
where s.provider_id <> e.provider_id
union all
select format('stream %d has no first event', s.stream_id)
from stream as s
where not exists (select 1 from event as e where e.stream_id = s.stream_id and e.revision = 1)
union all
select format('provider `%s` has no stream', p.slug)
from provider as p
where not exists (select 1 from stream as s where s.provider_id = p.provider_id)
union all
select 'the head says another time than the last event or epoch does'
from log_head as h
where h.recorded_at <> max(
  coalesce((select e.recorded_at from event as e where e.position = h.position), 0),
  coalesce((select max(opened_at) from epoch), 0)
)
union all
select format('event %d is behind the head', e.position)
from event as e, log_head as h
where e.position > h.position
union all
select format('manifest %d is not in its index', m.number)
from log_head as h
join manifest as m on m.number <= h.manifests - h.manifests % $1
left join manifest_by_observation as i on i.observation_id = m.observation_id
where i.number is not m.number
union all
select format('the index of manifests has a row of manifest %d that is not one of it', i.number)
from log_head as h
join manifest_by_observation as i
left join manifest as m on m.number = i.number
where m.observation_id is not i.observation_id or m.number > h.manifests - h.manifests % $1
union all
select format('event %d has a kind, a schema or a mark that cannot be', e.position)
from event as e
where e.schema not between 0 and 65535
  or e.backfilled not in (0, 1)
  or e.kind_id not between 1 and 65535
union all
select format('kind `%s` has no event', k.name)
from kind as k
where not exists (select 1 from event as e where e.kind_id = k.kind_id)

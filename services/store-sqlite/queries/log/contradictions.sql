-- log/contradictions: each row is one, in words
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
select format('the head says that event %d was recorded at another time than that event does', h.position)
from log_head as h join event as e on e.position = h.position
where e.recorded_at <> h.recorded_at
union all
select format('event %d is behind the head', e.position)
from event as e, log_head as h
where e.position > h.position

-- log/has_event
select exists (select 1 from event where position = $1)

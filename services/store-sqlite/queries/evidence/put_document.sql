-- evidence/put_document: a tombstone is filled again, and counts as newly arrived
insert into document (hash, arrival, size, content)
values ($1, (select coalesce(max(arrival), 0) + 1 from document), $2, $3)
on conflict (hash) do update set arrival = excluded.arrival, content = excluded.content
where document.content is null

-- views/put_reports
insert into report_view
  (id, provider, kind, page, external_id, impact, started_at, ended_at, document, sum)
select * from (values
  (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
) as bound where column1 is not null
on conflict (id) do update set
  external_id = excluded.external_id,
  impact = excluded.impact,
  started_at = excluded.started_at,
  ended_at = excluded.ended_at,
  document = excluded.document,
  sum = excluded.sum

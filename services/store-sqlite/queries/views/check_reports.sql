-- views/check_reports: all of them
select
  document, sum, lower(hex(id)),
  id, provider, kind, page, external_id, impact, started_at, ended_at
from report_view

-- log/move_head
update log_head
set
  position = bound.column1,
  hash = bound.column2,
  recorded_at = bound.column3,
  manifests = bound.column4,
  manifest_hash = bound.column5
from (values (?, ?, ?, ?, ?)) as bound
where one = 1 and bound.column1 is not null

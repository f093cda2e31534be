-- log/list_erasures
select number, position, document, erased_at, erased_by, reason, seal
from erasure
order by number

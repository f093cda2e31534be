-- log/list_epochs
select number, after, opened_at, previous, manifests, manifest_hash, hash
from epoch
order by number

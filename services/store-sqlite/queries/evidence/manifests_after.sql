-- evidence/manifests_after
select observation_id, content, seal, page, hash
from document_manifest
where observation_id > $1
order by observation_id
limit $2

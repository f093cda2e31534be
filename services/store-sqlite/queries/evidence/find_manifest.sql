-- evidence/find_manifest
select observation_id, content from document_manifest where observation_id = $1

-- evidence/remove_manifests
delete from document_manifest where page = $1 and hash = $2

-- evidence/evict_unused
update document set content = null, content_hash = null
where hash = $1 and content is not null and not exists (select 1 from document_use where hash = $1)

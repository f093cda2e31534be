-- evidence/erase_document
update document set content = null, content_hash = null, erased = 1 where hash = $1

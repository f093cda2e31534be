-- evidence/find_document
select hash, size, content, content_hash, erased from document where hash = $1

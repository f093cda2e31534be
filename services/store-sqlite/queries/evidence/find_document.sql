-- evidence/find_document
select hash, size, content, content_hash from document where hash = $1

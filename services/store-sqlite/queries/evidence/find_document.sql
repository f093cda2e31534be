-- evidence/find_document
select size, content from document where hash = $1

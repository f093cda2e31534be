-- evidence/documents_after
select hash, size, content, content_hash, erased from document where hash > $1 order by hash limit $2

-- evidence/find_length: none of a tombstone
select length(content), erased from document where hash = $1

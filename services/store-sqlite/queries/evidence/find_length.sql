-- evidence/find_length: none of a tombstone
select length(content) from document where hash = $1

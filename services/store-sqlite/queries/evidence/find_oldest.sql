-- evidence/find_oldest: of the documents whose bytes are still there
select hash, length(content) from document where content is not null order by arrival limit $1

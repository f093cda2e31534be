-- evidence/find_least_worth: what a page gives first
select hash, bytes from document_use where page = $1 order by caused, arrival limit $2

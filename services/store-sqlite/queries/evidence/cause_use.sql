-- evidence/cause_use
update document_use set caused = 1 where page = $1 and hash = $2 and caused = 0

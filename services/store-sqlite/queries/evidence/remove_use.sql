-- evidence/remove_use
delete from document_use where page = $1 and hash = $2

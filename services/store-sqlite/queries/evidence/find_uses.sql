-- evidence/find_uses
select page, bytes from document_use where hash = $1

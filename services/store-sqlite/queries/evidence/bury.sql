-- evidence/bury
update document set content = null where hash = $1

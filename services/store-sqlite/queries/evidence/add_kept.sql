-- evidence/add_kept
update kept set bytes = bytes + $1 where one = 1 returning bytes

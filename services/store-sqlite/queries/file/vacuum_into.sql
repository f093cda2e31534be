-- file/vacuum_into
vacuum into $1

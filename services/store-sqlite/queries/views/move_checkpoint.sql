-- views/move_checkpoint: touches no row if the views are somewhere else
update checkpoint set position = $2 where one = 1 and position = $1

-- views/move_checkpoint: touches no row if the views are somewhere else
update checkpoint set position = $2, epoch = $3, hash = $4, sum = $5
where one = 1 and position = $1

-- evidence/move_checkpoint
update evidence_checkpoint set epoch = $1, position = $2, hash = $3, seal = $4 where one = 1

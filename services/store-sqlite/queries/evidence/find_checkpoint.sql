-- evidence/find_checkpoint
select epoch, position, hash, seal from evidence_checkpoint where one = 1

-- views/find_checkpoint
select position, log_id, hash from checkpoint where one = 1

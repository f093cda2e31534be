-- views/find_checkpoint
select position, log_id, hash, sum from checkpoint where one = 1

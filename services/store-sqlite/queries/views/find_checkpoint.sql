-- views/find_checkpoint
select position, epoch, hash, sum from checkpoint where one = 1

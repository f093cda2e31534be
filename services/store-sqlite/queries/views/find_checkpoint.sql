-- views/find_checkpoint
select position from checkpoint where one = 1

-- log/find_restore_mark
select marked_at, epoch, reason from restore_mark where one = 1

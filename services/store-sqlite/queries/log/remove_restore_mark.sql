-- log/remove_restore_mark
delete from restore_mark

-- log/put_restore_mark: the first one stays
insert into restore_mark (one, marked_at, epoch, reason) values (1, $1, $2, $3)
on conflict do nothing

-- log/insert_kind
insert into kind (kind_id, name) values ($1, $2)

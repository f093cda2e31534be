-- log/find_kinds
select kind_id, name from kind

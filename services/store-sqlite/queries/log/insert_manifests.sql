-- log/insert_manifests
insert into manifest (number, observation_id, content, hash)
select * from (values
  (?, ?, ?, ?)
) as bound where column1 is not null

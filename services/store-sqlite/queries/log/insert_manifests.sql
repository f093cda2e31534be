-- log/insert_manifests
insert into manifest (number, observation_id, content, hash) values
  (?, ?, ?, ?)

-- log/manifests_after
select observation_id, content, number, hash from manifest where number > $1 order by number limit $2

-- evidence/find_observation
select document from observation where id = $1

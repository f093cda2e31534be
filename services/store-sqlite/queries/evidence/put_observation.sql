-- evidence/put_observation
insert into observation (id, document) values ($1, $2) on conflict (id) do nothing

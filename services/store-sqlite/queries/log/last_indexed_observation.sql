-- log/last_indexed_observation
select max(observation_id) from manifest_by_observation

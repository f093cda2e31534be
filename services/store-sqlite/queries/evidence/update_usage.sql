-- evidence/update_usage
update evidence_usage set bytes = $1, documents = $2, sizes = $3, manifests = $4, arrivals = $5 where one = 1

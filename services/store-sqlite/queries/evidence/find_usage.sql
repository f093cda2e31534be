-- evidence/find_usage
select bytes, documents, sizes, manifests, arrivals from evidence_usage where one = 1

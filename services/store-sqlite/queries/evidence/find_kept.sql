-- evidence/find_kept
select bytes, documents, sizes, manifests, arrivals from kept where one = 1

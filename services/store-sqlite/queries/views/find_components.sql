-- views/find_components
select document from component_view where provider = $1

-- views/find_components
select document, sum, lower(hex(id)) from component_view where provider = $1

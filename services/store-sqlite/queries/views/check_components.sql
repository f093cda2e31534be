-- views/check_components: all of them
select document, sum, lower(hex(id)), id, provider from component_view

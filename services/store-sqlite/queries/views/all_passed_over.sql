-- views/all_passed_over
select document, sum, kind from passed_over order by kind

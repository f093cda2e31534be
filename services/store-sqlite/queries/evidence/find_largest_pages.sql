-- evidence/find_largest_pages: the page that uses most, and what the next one uses
select page, bytes from page_use order by bytes desc limit 2

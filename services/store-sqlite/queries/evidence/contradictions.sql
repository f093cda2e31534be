-- evidence/contradictions: each row is one, in words
select 'page ' || hex(u.page) || ' uses document ' || hex(u.hash) || ', which is not kept as counted'
from document_use as u left join document as d on d.hash = u.hash
where length(d.content) is not u.bytes
union all
select 'document ' || hex(d.hash) || ' is kept and no page uses it'
from document as d
where d.content is not null and not exists (select 1 from document_use as u where u.hash = d.hash)
union all
select 'page ' || hex(page) || ' uses ' || sum(used) || ' bytes, and ' || sum(counted) || ' are counted'
from (
  select page, bytes as used, 0 as counted from document_use
  union all
  select page, 0, bytes from page_use
)
group by page having sum(used) <> sum(counted)
union all
select format('%d bytes are kept, and %d are counted', is_kept.bytes, evidence_usage.bytes)
from evidence_usage, (select coalesce(sum(length(content)), 0) as bytes from document) as is_kept
where is_kept.bytes <> evidence_usage.bytes
union all
select format('%d documents of %d bytes came, and %d of %d are counted',
  came.documents, came.sizes, evidence_usage.documents, evidence_usage.sizes)
from evidence_usage, (select count(*) as documents, coalesce(sum(size), 0) as sizes from document) as came
where (came.documents, came.sizes) <> (evidence_usage.documents, evidence_usage.sizes)
union all
select format('%d manifests are kept, and %d are counted', is_kept.manifests, evidence_usage.manifests)
from evidence_usage, (select count(*) as manifests from document_manifest) as is_kept
where is_kept.manifests <> evidence_usage.manifests

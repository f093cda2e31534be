-- The raw documents behind the events, each once by the hash of its bytes, compressed.

-- The format of what is kept here: a file of another one is refused.
pragma user_version = 5;

create table document (
  hash blob primary key check (length(hash) = 32),
  size integer not null,
  -- Compressed bytes; null is the tombstone of a document that was removed to keep the budget.
  content blob,
  -- The SHA-256 of the compressed bytes; null with them.
  content_hash blob check (length(content_hash) = 32),
  -- Whether it was removed on purpose, for good.
  erased integer not null default 0 check (erased in (0, 1))
) strict;

-- Which page uses which document that still has bytes.
create table document_use (
  page blob not null check (length(page) = 16),
  hash blob not null,
  -- The order in which they came.
  arrival integer not null,
  -- Those of the compressed bytes.
  bytes integer not null,
  -- Whether an observation that brought it caused anything.
  caused integer not null check (caused in (0, 1)),
  primary key (page, hash)
) strict, without rowid;

-- What a page gives first.
create index document_use_by_worth on document_use (page, caused, arrival);
-- Whether any page still uses a document.
create index document_use_by_hash on document_use (hash);

-- How much each page uses.
create table page_use (
  page blob primary key check (length(page) = 16),
  bytes integer not null
) strict, without rowid;

create index page_use_by_bytes on page_use (bytes);

-- What observations brought that caused nothing: it goes with the first document that came.
create table document_manifest (
  observation_id blob primary key check (length(observation_id) = 16),
  page blob not null check (length(page) = 16),
  hash blob not null check (length(hash) = 32),
  content blob not null,
  -- The SHA-256 of the id, page, document and content.
  seal blob not null check (length(seal) = 32)
) strict, without rowid;

create index document_manifest_by_document on document_manifest (page, hash);

-- The last event of the log that was noted, one row, null until one is: evidence beside a log that
-- does not have it tells that the log was restored from a copy.
create table evidence_checkpoint (
  one integer primary key check (one = 1),
  epoch text,
  position integer,
  hash blob check (length(hash) = 32),
  -- The SHA-256 of the three.
  seal blob check (length(seal) = 32)
) strict;

insert into evidence_checkpoint (one) values (1);

-- How much is kept, one row, so that the budget costs no scan, and what is missing or too much is
-- found.
create table evidence_usage (
  one integer primary key check (one = 1),
  -- Compressed bytes.
  bytes integer not null,
  -- Documents, also those that had to go, and their bytes as they came.
  documents integer not null,
  sizes integer not null,
  manifests integer not null,
  -- Documents and uses that ever came.
  arrivals integer not null
) strict;

insert into evidence_usage (one, bytes, documents, sizes, manifests, arrivals) values (1, 0, 0, 0, 0, 0);

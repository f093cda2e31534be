-- The raw documents behind the events, each once by the hash of its bytes, compressed.

-- The format of what is kept here: a file of another one is refused.
pragma user_version = 2;

create table document (
  hash blob primary key check (length(hash) = 32),
  -- The order in which they came, for removing the oldest first.
  arrival integer not null unique,
  size integer not null,
  -- Compressed bytes; null is the tombstone of a document that was removed to keep the budget.
  content blob
) strict;

-- The oldest documents that still have bytes.
create index document_kept on document (arrival) where content is not null;

create table observation (
  id blob primary key check (length(id) = 16),
  document text not null
) strict, without rowid;

-- How many compressed bytes are kept, one row, so that the budget costs no scan.
create table kept (
  one integer primary key check (one = 1),
  bytes integer not null
) strict;

insert into kept (one, bytes) values (1, 0);

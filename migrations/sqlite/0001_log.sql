-- The log: append-only, gapless, chained. Times are microseconds since 1970 in UTC.

-- The format of what is kept here: a file of another one is refused.
pragma user_version = 6;

-- The end of the log, one row. Whoever appends takes this row first.
create table log_head (
  one integer primary key check (one = 1),
  log_id blob not null check (length(log_id) = 16),
  position integer not null,
  hash blob not null check (length(hash) = 32),
  recorded_at integer not null,
  -- The end of the manifests beside the log.
  manifests integer not null,
  manifest_hash blob not null check (length(manifest_hash) = 32)
) strict;

-- Kinds of events, providers and streams, interned. A kind stands here by its name, which is what the
-- chain hashes: a version verifies events of kinds that it does not know.
create table kind (
  kind_id integer primary key check (kind_id between 1 and 65535),
  name text not null unique check (length(name) between 1 and 64)
) strict;

create table provider (
  provider_id integer primary key,
  slug text not null unique
) strict;

create table stream (
  stream_id integer primary key,
  kind text not null check (length(kind) between 1 and 64),
  provider_id integer not null references provider,
  key blob not null check (length(key) = 16),
  -- Zeros if it belongs to none.
  page blob not null check (length(page) = 16),
  unique (key, kind, provider_id)
) strict;

-- Reading all that is known of one page.
create index stream_by_page on stream (page);

create table event (
  position integer primary key,
  stream_id integer not null references stream,
  revision integer not null,
  event_id blob not null unique check (length(event_id) = 16),
  kind_id integer not null references kind,
  schema integer not null check (schema between 0 and 65535),
  provider_id integer not null references provider,
  occurred_at integer,
  published_at integer,
  observed_at integer not null,
  recorded_at integer not null,
  backfilled integer not null check (backfilled in (0, 1)),
  -- Who says it, if that is not the vendor.
  author text check (length(author) between 3 and 200),
  -- The observation's id and the hash of its manifest.
  observation blob check (length(observation) = 48),
  payload blob,
  payload_hash blob not null check (length(payload_hash) = 32),
  hash blob not null check (length(hash) = 32),
  unique (stream_id, revision)
) strict;

-- What was erased on purpose: the payload of an event, or the bytes of a document.
create table erasure (
  number integer primary key,
  position integer unique references event,
  document blob unique check (length(document) = 32),
  erased_at integer not null,
  erased_by text not null,
  reason text not null,
  -- The SHA-256 of the rest.
  seal blob not null check (length(seal) = 32),
  check ((position is null) <> (document is null))
) strict;

create trigger erasure_is_never_changed before update on erasure
begin
  select raise(abort, 'the log is append-only: an erasure is never changed');
end;

create trigger erasure_is_never_removed before delete on erasure
begin
  select raise(abort, 'the log is append-only: an erasure is never removed');
end;

-- What was recorded is never changed and never removed. `insert or replace` removes rows and fires
-- the trigger of a deletion only with `pragma recursive_triggers`, which Signalbook sets on each of
-- its connections. A trigger for every insert would refuse it on any connection, but doubles the
-- time of an insert; what another program replaces, the chain of hashes shows.
create trigger event_is_never_changed before update on event
when new.payload is not null
  or not exists (select 1 from erasure where position = old.position)
  or (
    new.position, new.stream_id, new.revision, new.event_id, new.kind_id,
    new.schema, new.provider_id, new.occurred_at, new.published_at, new.observed_at,
    new.recorded_at, new.backfilled, new.author, new.observation, new.payload_hash, new.hash
  ) is not (
    old.position, old.stream_id, old.revision, old.event_id, old.kind_id,
    old.schema, old.provider_id, old.occurred_at, old.published_at, old.observed_at,
    old.recorded_at, old.backfilled, old.author, old.observation, old.payload_hash, old.hash
  )
begin
  select raise(abort, 'the log is append-only: an event is never changed');
end;

create trigger event_is_never_removed before delete on event
begin
  select raise(abort, 'the log is append-only: an event is never removed');
end;

-- What observations brought that caused an event, or began, confirmed or ended a change that waits
-- or a failure.
create table manifest (
  number integer primary key,
  observation_id blob not null check (length(observation_id) = 16),
  content blob not null,
  hash blob not null check (length(hash) = 32)
) strict;

-- The index of `manifest` by observation. It grows by 256 manifests at a time: an index that grows
-- with each of them costs an append a tenth of its speed.
create table manifest_by_observation (
  observation_id blob primary key check (length(observation_id) = 16),
  number integer not null
) strict, without rowid;

create trigger manifest_is_never_changed before update on manifest
begin
  select raise(abort, 'the log is append-only: a manifest is never changed');
end;

create trigger manifest_is_never_removed before delete on manifest
begin
  select raise(abort, 'the log is append-only: a manifest is never removed');
end;

-- The lives of the log after its first: from an accepted restore to the next. Each is a link of the
-- chain behind the event `after`.
create table epoch (
  number integer primary key check (number > 1),
  after integer not null,
  opened_at integer not null,
  -- The end of the log that it continues.
  previous blob not null check (length(previous) = 32),
  manifests integer not null,
  manifest_hash blob not null check (length(manifest_hash) = 32),
  hash blob not null check (length(hash) = 32)
) strict;

create trigger epoch_is_never_changed before update on epoch
begin
  select raise(abort, 'the log is append-only: an epoch is never changed');
end;

create trigger epoch_is_never_removed before delete on epoch
begin
  select raise(abort, 'the log is append-only: an epoch is never removed');
end;

-- At most one row: the log is a copy, or goes on from one, and takes no event until that is
-- accepted. Whoever accepts it opens an epoch and removes the row.
create table restore_mark (
  one integer primary key check (one = 1),
  marked_at integer not null,
  -- The highest number of an epoch that is known of.
  epoch integer not null,
  reason text not null
) strict;

create trigger log_head_never_goes_back before update on log_head
when new.position < old.position
  or new.manifests < old.manifests
  or new.log_id <> old.log_id
begin
  select raise(abort, 'the log is append-only: its head never goes back');
end;

create trigger log_head_is_never_removed before delete on log_head
begin
  select raise(abort, 'the log is append-only: its head is never removed');
end;

create trigger log_head_is_never_replaced before insert on log_head
when exists (select 1 from log_head)
begin
  select raise(abort, 'the log is append-only: its head is never replaced');
end;

-- What is remembered of polling each page; the only thing here that changes.
create table page (
  page_id blob primary key check (length(page_id) = 16),
  provider text not null,
  name text not null,
  url text not null,
  interval_us integer not null,
  added_at integer not null,
  watched integer not null check (watched in (0, 1)),
  platform text,
  last_slot integer not null,
  poll_state text not null,
  -- Grows with every row that is written, over all pages.
  mark integer not null
) strict;

-- Reading only the rows that were written since.
create unique index page_by_mark on page (mark);

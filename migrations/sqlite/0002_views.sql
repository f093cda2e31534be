-- The views. All of it can be thrown away and built again from the log.
-- Each row is one document (JSON) with the columns beside it that are searched by, and a checksum
-- of what cannot be compared with anything else, so that a byte that the disk changes is noticed.

-- The format of what is kept here: a file of another one is built anew.
pragma user_version = 5;

-- How far the views have come, one row, and which log they have followed: its epoch and the hash of
-- the event at the position.
create table checkpoint (
  one integer primary key check (one = 1),
  position integer not null,
  epoch text,
  hash blob check (length(hash) = 32),
  -- Null as long as nothing was saved.
  sum integer
) strict;

insert into checkpoint (one, position) values (1, 0);

-- Events of later versions, which these views do not show: a kind with the version of its schema, and
-- how many. A version that knows one of them builds the views anew.
create table passed_over (
  kind text primary key,
  document text not null,
  sum integer not null
) strict, without rowid;

create table provider_view (
  slug text primary key,
  document text not null,
  sum integer not null
) strict, without rowid;

create table page_view (
  id blob primary key,
  -- Null while it is watched.
  removed_at integer
) strict, without rowid;

create table report_view (
  id blob primary key,
  provider text not null,
  kind text not null,
  page blob not null,
  external_id text not null,
  impact text not null,
  started_at integer not null,
  ended_at integer,
  document text not null,
  sum integer not null
) strict;

-- A provider's history, newest first, and the intervals of outage arithmetic.
create index report_view_by_start on report_view
  (provider, kind, started_at desc, id desc, ended_at, impact, page, external_id);

-- The same report on other pages of its provider.
create index report_view_by_name on report_view (provider, kind, external_id, page);

-- Each report once: where a provider's page was given a new address, what is on both counts on the
-- page that is watched, or was removed later.
create view report_once as
select r.*
from report_view as r
where not exists (
  select 1
  from page_view as own
  cross join report_view as again
  cross join page_view as other
  where own.id = r.page
    and own.removed_at is not null
    and again.provider = r.provider
    and again.kind = r.kind
    and again.external_id = r.external_id
    and other.id = again.page
    and (other.removed_at is null or other.removed_at > own.removed_at)
);

create table component_view (
  id blob primary key,
  provider text not null,
  document text not null,
  sum integer not null
) strict;

create index component_view_by_provider on component_view (provider);

create table status_interval (
  component_id blob not null,
  position integer not null,
  status text not null,
  started_at integer not null,
  ended_at integer,
  sum integer not null,
  primary key (component_id, position)
) strict, without rowid;

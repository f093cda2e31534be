-- The views. All of it can be thrown away and built again from the log.
-- Each row is one document (JSON) with the columns beside it that are searched by.

-- How far the views have come, one row.
create table checkpoint (
  one integer primary key check (one = 1),
  position integer not null
) strict;

insert into checkpoint (one, position) values (1, 0);

create table provider_view (
  slug text primary key,
  document text not null
) strict, without rowid;

create table report_view (
  id blob primary key,
  provider text not null,
  kind integer not null,
  impact text not null,
  started_at integer not null,
  ended_at integer,
  document text not null
) strict;

-- A provider's history, newest first, and the intervals of outage arithmetic.
create index report_view_by_start
  on report_view (provider, kind, started_at desc, id desc, ended_at, impact);

create table component_view (
  id blob primary key,
  provider text not null,
  document text not null
) strict;

create index component_view_by_provider on component_view (provider);

create table status_interval (
  component_id blob not null,
  position integer not null,
  status text not null,
  started_at integer not null,
  ended_at integer,
  primary key (component_id, position)
) strict, without rowid;

-- That a file of figures is made whenever a week or month is over.
create table analytics.schedule (
  id        uuid primary key,
  person_id uuid not null references identity.account,
  dataset   text not null,
  format    text not null check (format in ('csv', 'parquet')),
  every     text not null check (every in ('week', 'month')),
  -- zone, grain, models and what it is told apart by
  wish      jsonb not null,
  set_at    timestamptz not null,
  ended_at  timestamptz
);
-- the same wish twice is one schedule
create unique index schedule_once on analytics.schedule (person_id, dataset, format, every, wish) where ended_at is null;

-- A file that somebody ordered. It is made in parts; whoever makes it has a lease, and a fence that only grows, so that
-- one who was thought to be gone records nothing.
create table analytics.export (
  id          uuid primary key,
  person_id   uuid not null references identity.account,
  -- the schedule that it was made for, and when the time begins that it is of: once each
  schedule_id uuid references analytics.schedule,
  period_from timestamptz,
  dataset     text not null,
  format      text not null check (format in ('csv', 'parquet')),
  -- [from, to), zone, grain, models and what it is told apart by, as they were resolved
  wish        jsonb not null,
  asked_at    timestamptz not null,
  -- the fold that was open then: what lies in it is waited for
  asked_fold  int8 not null,
  -- facts up to this fold are in it, whenever a part is made
  upto_fold   int8,
  as_of       timestamptz,
  rows_expected int8,
  rows        int8 not null default 0,
  bytes       int8 not null default 0,
  parts       int4 not null default 0,
  -- after which row the next part begins
  place       jsonb,
  fence       int4 not null default 0,
  leased_until timestamptz,
  -- since the last part
  attempts    int4 not null default 0,
  ready_at    timestamptz,
  digest      text,
  expires_at  timestamptz,
  failed_at   timestamptz,
  reason      text,
  constraint export_ends_once check (ready_at is null or failed_at is null),
  constraint export_ready_is_whole check ((ready_at is null) = (digest is null) and (ready_at is null) = (expires_at is null)),
  constraint export_failed_says_why check ((failed_at is null) = (reason is null)),
  constraint export_begun_stands_still check ((upto_fold is null) = (as_of is null))
);
create unique index export_of_period on analytics.export (schedule_id, period_from);
create index export_of_person on analytics.export (person_id, asked_at desc);
create index export_to_make on analytics.export (parts, asked_at) where ready_at is null and failed_at is null;

create table analytics.export_part (
  export_id uuid not null references analytics.export on delete cascade,
  number    int4 not null check (number > 0),
  -- the file of it is called by both
  fence     int4 not null,
  rows      int4 not null,
  bytes     int8 not null check (bytes > 0),
  digest    text not null,
  -- what the end of the file has to say of it
  footer    text,
  primary key (export_id, number)
);

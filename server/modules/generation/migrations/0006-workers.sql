-- Workers are machines of others that fetch their jobs over HTTP: each has a token and the trust that it has earned.
create table generation.worker (
  id              uuid primary key,
  name            text not null,
  token_hash      bytea not null unique,
  -- the first characters of the token, to recognise it by
  token_prefix    text not null,
  pools           text[] not null check (cardinality(pools) > 0),
  trust           text not null check (trust in ('probation', 'trusted', 'suspended')),
  -- why it is suspended
  reason          text,
  made_at         timestamptz not null,
  revoked_at      timestamptz,
  -- as it said when it last asked for work
  seen_at         timestamptz,
  runs            text[] not null default '{}',
  releases_loaded uuid[] not null default '{}',
  features        text[] not null default '{}',
  vram_gib        float8,
  done            int4 not null default 0,
  failed          int4 not null default 0,
  lost            int4 not null default 0,
  -- how many in a row were its own fault
  faults_in_row   int4 not null default 0,
  canaries_passed int4 not null default 0,
  canaries_failed int4 not null default 0,
  audits_passed   int4 not null default 0,
  -- how many in a row it said that it had no room for, and how many canaries in a row it gave back
  away_in_row     int4 not null default 0,
  canaries_returned int4 not null default 0
);

alter table generation.generation
  add column worker_id uuid references generation.worker,
  -- workers that failed it or gave it back: they do not get it again before they are trusted
  add column refused_by uuid[] not null default '{}';
create index generation_with_worker on generation.generation (worker_id) where state in ('leased', 'running');

-- A job that costs nobody anything: its outcome is known here, and so shows what a worker is worth. To the worker it
-- looks like any other.
create table generation.canary (
  id          uuid primary key,
  worker_id   uuid not null references generation.worker,
  release_id  uuid not null references registry.release,
  input       jsonb not null,
  seed        int8 not null,
  fence       uuid not null,
  state       text not null check (state in ('leased', 'passed', 'failed', 'lost')),
  lease_until timestamptz not null,
  reason      text,
  created_at  timestamptz not null,
  ended_at    timestamptz
);
create index canary_of_worker on generation.canary (worker_id, created_at desc);
create index canary_leased on generation.canary (lease_until) where state = 'leased';

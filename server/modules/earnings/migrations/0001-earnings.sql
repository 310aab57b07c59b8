create schema earnings;

-- The versioned list of who gets which part of the creator's share.
create table earnings.split (
  model_id uuid not null references registry.model,
  version  int4 not null,
  parts    jsonb not null,
  agreed_at timestamptz not null,
  in_force_from timestamptz not null,
  primary key (model_id, version)
);

-- The canonical record of one settled generation's money. Written once.
create table earnings.receipt (
  generation_id uuid primary key references generation.generation,
  settled_at    timestamptz not null,
  canonical     text not null,
  digest        text not null
);

-- One row for each person whom a generation paid: what lists and exports are made of.
-- The sums on pages come from the ledger; `verify` compares the two.
create table earnings.line (
  generation_id  uuid not null references generation.generation,
  person_id      uuid not null references identity.account,
  role           text not null check (role in ('creator', 'collaborator', 'parent')),
  model_id       uuid not null references registry.model,
  settled_at     timestamptz not null,
  -- the day with which its paid half matures, in whose account that waits: the day of settlement, unless a clock that
  -- ran ahead had matured that one before
  matures_day    date not null,
  price_micros   int8 not null,
  amount_micros  int8 not null,
  pending_micros int8 not null,
  vesting_micros int8 not null,
  primary key (generation_id, person_id, role),
  constraint line_adds_up check (pending_micros + vesting_micros = amount_micros),
  constraint line_matures_from_its_day check (matures_day >= (settled_at at time zone 'UTC')::date)
);
create index line_of_person on earnings.line (person_id, settled_at desc, generation_id desc);

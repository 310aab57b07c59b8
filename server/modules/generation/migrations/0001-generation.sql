create schema generation;

-- The price list. A version is announced before it takes effect and never changed.
create table generation.rate_card (
  version      int4 primary key,
  announced_at timestamptz not null,
  effective_at timestamptz not null,
  classes      jsonb not null
);

-- The row is the job: whoever holds the lease with the current fence may report, nobody else.
create table generation.generation (
  id             uuid primary key,
  payer_id       uuid not null references identity.account,
  release_id     uuid not null references registry.release,
  modality       text not null,
  input          jsonb not null,
  seed           int8 not null,
  -- the terms in force when it started: price, recipients, shares, versions
  terms          jsonb not null,
  price_micros   int8 not null check (price_micros > 0),
  promo_micros   int8 not null check (promo_micros >= 0),
  paid_micros    int8 not null check (paid_micros >= 0),
  charged_micros int8,
  state          text not null check (state in
                   ('queued', 'leased', 'running', 'delivering', 'succeeded', 'failed', 'cancelled', 'expired')),
  class          int2 not null default 0,
  fair_tag       int8 not null,
  not_before     timestamptz not null,
  deadline_at    timestamptz not null,
  attempts       int2 not null default 0,
  fence          uuid,
  lease_holder   text,
  lease_until    timestamptz,
  cancel_asked_at timestamptz,
  progress       jsonb,
  failure        jsonb,
  runtime        jsonb,
  created_at     timestamptz not null,
  started_at     timestamptz,
  delivered_at   timestamptz,
  ended_at       timestamptz,
  constraint funding_is_the_price check (promo_micros + paid_micros = price_micros),
  constraint charge_within_price check (charged_micros between 0 and price_micros),
  constraint charged_iff_succeeded check ((charged_micros is not null) = (state = 'succeeded'))
) with (fillfactor = 70);
create index generation_queue on generation.generation (class desc, fair_tag, id) where state = 'queued';
create index generation_leases on generation.generation (lease_until) where state in ('leased', 'running');
create index generation_to_settle on generation.generation (delivered_at) where state = 'delivering';
create index generation_of_payer on generation.generation (payer_id, id desc);
create index generation_open_of_payer on generation.generation (payer_id) where state in ('queued', 'leased', 'running', 'delivering');

-- Start-time fair queuing: a payer's next job is tagged after their last one or after the job
-- being served, whichever is later, so 400 jobs of one payer do not stand before one of another.
create table generation.fair_clock (
  one  boolean primary key default true check (one),
  tag  int8 not null default 0
);
insert into generation.fair_clock default values;
create table generation.fair_payer (
  payer_id uuid primary key references identity.account,
  last_tag int8 not null
);

create table generation.asset (
  id            uuid primary key,
  generation_id uuid not null references generation.generation,
  owner_id      uuid not null references identity.account,
  ordinal       int2 not null,
  modality      text not null,
  digest        text not null,
  extension     text not null,
  mime          text not null,
  bytes         int8 not null,
  width         int4,
  height        int4,
  duration_ms   int4,
  thumbnail     jsonb,
  poster        jsonb,
  thumbhash     text,
  waveform      real[],
  companions    jsonb not null default '[]',
  prompt        text not null default '',
  created_at    timestamptz not null,
  deleted_at    timestamptz,
  constraint asset_once unique (generation_id, ordinal)
);
create index asset_of_owner on generation.asset (owner_id, id desc);

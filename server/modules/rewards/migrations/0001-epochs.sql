create schema rewards;

-- Where what we pay lies: one contract on one chain, for ever, because accounts and leaves hang on it.
create table rewards.deployment (
  only_one          boolean primary key default true check (only_one),
  chain_id          int8 not null check (chain_id > 0),
  token             text not null check (token ~ '^0x[0-9a-f]{40}$'),
  distributor       text not null check (distributor ~ '^0x[0-9a-f]{40}$'),
  timelock          text not null check (timelock ~ '^0x[0-9a-f]{40}$'),
  deployed_at_block int8 not null check (deployed_at_block >= 0),
  is_embedded       boolean not null,
  written_at        timestamptz not null
);
create trigger deployment_written_once before update or delete or truncate on rewards.deployment
  for each statement execute function kit.refuse_change();

-- One published root of what each wallet was ever given.
create table rewards.epoch (
  id              uuid primary key,
  -- as the contract counts them; one that was voided leaves its number to the next
  number          int8 not null check (number > 0),
  state           text not null check (state in ('drafted', 'cut', 'proposed', 'vetoed', 'voiding', 'active', 'superseded', 'voided')),
  version         int4 not null default 1,
  drafted_by      uuid not null references identity.account,
  drafted_at      timestamptz not null,
  -- the second person; from here on its leaves are frozen
  approved_by     uuid references identity.account,
  approved_at     timestamptz,
  root            text check (root ~ '^0x[0-9a-f]{64}$'),
  manifest_digest text check (manifest_digest ~ '^0x[0-9a-f]{64}$'),
  -- the flat tree among the files
  tree_file       text check (tree_file ~ '^[0-9a-f]{64}$'),
  leaves          int4 check (leaves > 0),
  -- of all its leaves, and what of it no epoch had before
  total_nanos     int8 check (total_nanos > 0),
  added_nanos     int8 check (added_nanos > 0 and added_nanos <= total_nanos),
  -- from here on the chain may have it: what was not offered yet can be voided at once
  offered_at      timestamptz,
  -- as finalized blocks say
  proposed_at     timestamptz,
  eta             timestamptz,
  vetoed_at       timestamptz,
  active_at       timestamptz,
  superseded_at   timestamptz,
  voiding_by      uuid references identity.account,
  voiding_at      timestamptz,
  void_reason     text check (char_length(void_reason) <= 2000),
  voided_at       timestamptz,
  constraint epoch_by_two check (approved_by <> drafted_by),
  constraint epoch_cut check (
    (approved_by is null) = (approved_at is null) and (approved_at is null) = (root is null)
    and (root is null) = (manifest_digest is null) and (root is null) = (leaves is null) and (root is null) = (tree_file is null)
    and (root is null) = (total_nanos is null) and (root is null) = (added_nanos is null)),
  constraint epoch_cut_by_state check (state in ('drafted', 'voided') or root is not null),
  constraint epoch_drafted_is_not_cut check (state <> 'drafted' or root is null),
  constraint epoch_active check (state not in ('active', 'superseded') or active_at is not null),
  -- whose root was once active is paid for ever
  constraint epoch_voided_was_never_active check (voided_at is null or active_at is null),
  constraint epoch_voided check ((state = 'voided') = (voided_at is not null)
    and (voiding_by is null) = (voiding_at is null) and (voiding_by is null) = (void_reason is null)
    and (state not in ('voiding', 'voided') or voiding_by is not null))
);
create unique index epoch_number on rewards.epoch (number) where state <> 'voided';
create unique index epoch_under_way on rewards.epoch ((true)) where state in ('drafted', 'cut', 'proposed', 'vetoed', 'voiding');
create unique index epoch_live on rewards.epoch ((true)) where state = 'active';
create index epoch_by_age on rewards.epoch (number desc, id desc);

-- What is committed to each wallet in all epochs up to this one.
create table rewards.leaf (
  epoch_id         uuid not null references rewards.epoch,
  wallet           text not null check (wallet ~ '^0x[0-9a-f]{40}$'),
  cumulative_nanos int8 not null check (cumulative_nanos > 0),
  primary key (epoch_id, wallet)
);
create index leaf_of_wallet on rewards.leaf (wallet);
create trigger leaf_written_once before update or delete or truncate on rewards.leaf
  for each statement execute function kit.refuse_change();

-- What an epoch commits of one person: what they were awarded, less what they owed back.
create table rewards.commitment (
  epoch_id         uuid not null references rewards.epoch,
  person_id        uuid not null references identity.account,
  wallet           text not null check (wallet ~ '^0x[0-9a-f]{40}$'),
  awarded_nanos    int8 not null check (awarded_nanos >= 0),
  -- below zero: what they had given back and is theirs after all
  set_off_nanos    int8 not null,
  amount_nanos     int8 not null generated always as (awarded_nanos - set_off_nanos) stored check (amount_nanos >= 0),
  -- once the wallet was paid this much, the commitment is
  cumulative_nanos int8 not null check (cumulative_nanos >= 0),
  primary key (epoch_id, person_id)
);
create index commitment_of_person on rewards.commitment (person_id);
create index commitment_of_wallet on rewards.commitment (wallet, cumulative_nanos);
create trigger commitment_written_once before update or delete or truncate on rewards.commitment
  for each statement execute function kit.refuse_change();

create table rewards.commitment_award (
  epoch_id     uuid not null,
  person_id    uuid not null,
  award_id     uuid not null references competitions.award,
  amount_nanos int8 not null check (amount_nanos > 0),
  primary key (epoch_id, award_id),
  foreign key (epoch_id, person_id) references rewards.commitment
);
create index commitment_of_award on rewards.commitment_award (award_id);
create index commitment_award_of_person on rewards.commitment_award (epoch_id, person_id);
create trigger commitment_award_written_once before update or delete or truncate on rewards.commitment_award
  for each statement execute function kit.refuse_change();

-- Where no chain pays: what the operator says is put aside. The first deposits on a chain make it good.
create table rewards.promise (
  id           uuid primary key,
  amount_nanos int8 not null check (amount_nanos > 0),
  by_id        uuid not null references identity.account,
  at           timestamptz not null
);
create trigger promise_written_once before update or delete or truncate on rewards.promise
  for each statement execute function kit.refuse_change();

-- Up to where finalized blocks are in the books. It moves in the transaction of what it moved past.
create table rewards.cursor (
  only_one     boolean primary key default true check (only_one),
  block_number int8 not null check (block_number >= 0),
  block_hash   text not null check (block_hash ~ '^0x[0-9a-f]{64}$'),
  block_at     timestamptz not null,
  -- what lies in the distributor beyond whole nanos, in base units: anybody may send anything there
  dust         numeric(10) not null default 0 check (dust >= 0 and dust < 1000000000),
  moved_at     timestamptz not null
);

-- What finalized blocks say of our contracts, in their order, with what was posted for it.
create table rewards.chain_event (
  block_number     int8 not null,
  log_index        int4 not null,
  block_hash       text not null check (block_hash ~ '^0x[0-9a-f]{64}$'),
  tx_hash          text not null check (tx_hash ~ '^0x[0-9a-f]{64}$'),
  at               timestamptz not null,
  kind             text not null,
  wallet           text check (wallet ~ '^0x[0-9a-f]{40}$'),
  -- whom it went to, or came from
  counterparty     text check (counterparty ~ '^0x[0-9a-f]{40}$'),
  -- in whole nanos, as posted
  amount_nanos     int8,
  -- of a deposit: what of it made good what was promised before
  promised_nanos   int8 check (promised_nanos between 0 and amount_nanos),
  cumulative_nanos int8,
  epoch            int8,
  root             text check (root ~ '^0x[0-9a-f]{64}$'),
  -- all of it, amounts in base units
  says             jsonb not null,
  primary key (block_number, log_index),
  constraint chain_event_amounts check (
    (kind in ('deposited', 'claimed', 'surplus_recovered')) = (amount_nanos is not null)
    and (kind = 'deposited') = (promised_nanos is not null)
    and (kind = 'claimed') = (cumulative_nanos is not null and wallet is not null))
);
create unique index chain_event_claim_once on rewards.chain_event (wallet, cumulative_nanos) where kind = 'claimed';
create index chain_event_by_kind on rewards.chain_event (kind, block_number desc, log_index desc);
create trigger chain_event_written_once before update or delete or truncate on rewards.chain_event
  for each statement execute function kit.refuse_change();

-- What newer blocks say and may take back: made anew at each look, shown and never posted.
create table rewards.provisional (
  block_number     int8 not null,
  log_index        int4 not null,
  block_hash       text not null,
  tx_hash          text not null,
  at               timestamptz not null,
  kind             text not null,
  wallet           text,
  amount_nanos     int8,
  cumulative_nanos int8,
  epoch            int8,
  root             text,
  primary key (block_number, log_index)
);
create index provisional_of_wallet on rewards.provisional (wallet) where wallet is not null;

-- Books and chain held against each other at a block; the newest is shown.
create table rewards.reconciliation (
  id                   uuid primary key,
  block_number         int8 not null,
  at                   timestamptz not null,
  books_nanos          int8 not null,
  chain_nanos          int8 not null,
  claimed_books_nanos  int8 not null,
  claimed_chain_nanos  int8 not null,
  agrees               boolean not null,
  -- roots, eta, pause: what the contract said
  state                jsonb not null
);
create index reconciliation_newest on rewards.reconciliation (at desc);

-- Nothing is proposed, cut or posted from the chain while one stands open.
create table rewards.halt (
  id        uuid primary key,
  -- a name, and the sentence for whoever looks into it
  code      text not null,
  says      text not null,
  detail    jsonb not null,
  at        timestamptz not null,
  lifted_by uuid references identity.account,
  lifted_at timestamptz,
  reason    text check (char_length(reason) <= 2000),
  constraint halt_lifted check ((lifted_by is null) = (lifted_at is null) and (lifted_by is null) = (reason is null))
);
create unique index halt_open on rewards.halt ((true)) where lifted_at is null;

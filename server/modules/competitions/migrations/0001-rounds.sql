create schema competitions;

-- What every month's round is made from; each round takes a copy, and is approved by itself.
create table competitions.template (
  id               uuid primary key,
  title            text not null check (char_length(title) between 3 and 80),
  theme            text not null check (char_length(theme) <= 160),
  story            text not null check (char_length(story) <= 6000),
  categories       jsonb not null,
  -- so many whole days from the first of the month on it is open; what follows, in hours
  open_days        int4 not null check (open_days between 1 and 28),
  validation_hours int4 not null check (validation_hours between 1 and 336),
  qualifying_hours int4 not null check (qualifying_hours between 1 and 336),
  final_hours      int4 not null check (final_hours between 1 and 336),
  dispute_hours    int4 not null check (dispute_hours between 24 and 336),
  repeats          boolean not null,
  lead_days        int4 not null check (lead_days between 1 and 60),
  written_by       uuid not null references identity.account,
  written_at       timestamptz not null,
  version          int4 not null default 1
);

-- One month's competition. Its intervals are half-open: what happens at `locks_at` comes too late.
create table competitions.round (
  id               uuid primary key,
  template_id      uuid references competitions.template,
  slug             text not null constraint round_address unique,
  title            text not null check (char_length(title) between 3 and 80),
  theme            text not null check (char_length(theme) <= 160),
  story            text not null check (char_length(story) <= 6000),
  month            text not null check (month ~ '^\d{4}-(0[1-9]|1[0-2])$'),
  state            text not null check (state in ('draft', 'scheduled', 'open', 'locked', 'qualifying', 'final_round', 'tally',
                     'provisional', 'dispute_window', 'final', 'settled', 'archived', 'suspended', 'cancelled')),
  version          int4 not null default 1,
  -- where it goes on after it was suspended, and since when it stands still
  came_from        text,
  suspended_at     timestamptz,
  opens_at         timestamptz not null,
  locks_at         timestamptz not null,
  qualifying_at    timestamptz not null,
  final_at         timestamptz not null,
  tally_at         timestamptz not null,
  provisional_at   timestamptz not null,
  disputes_until   timestamptz not null,
  announced_at     timestamptz,
  -- frozen when it is approved: what the digest is of
  rules_text       text,
  rules_digest     text,
  seed             bytea check (length(seed) = 32),
  seed_commitment  bytea check (length(seed_commitment) = 32),
  seed_revealed_at timestamptz,
  written_by       uuid not null references identity.account,
  written_at       timestamptz not null,
  proposed_by      uuid references identity.account,
  approved_by      uuid references identity.account,
  -- whole nano of $STELAI: what was put aside, and what went back
  funded_nanos     int8 check (funded_nanos >= 0),
  funded_at        timestamptz,
  returned_nanos   int8 check (returned_nanos >= 0),
  returned_at      timestamptz,
  constraint round_in_order check (opens_at < locks_at and locks_at < qualifying_at and qualifying_at < final_at
    and final_at < tally_at and tally_at < provisional_at and provisional_at < disputes_until),
  constraint round_second_person check (approved_by is null or approved_by <> proposed_by),
  constraint round_frozen check (state = 'draft' or (state = 'cancelled' and funded_at is null)
    or (rules_digest is not null and seed is not null and seed_commitment is not null and funded_at is not null)),
  constraint round_stands_still check ((state = 'suspended') = (came_from is not null)
    and (state = 'suspended') = (suspended_at is not null)),
  constraint round_once_a_month unique (template_id, month)
);
create index round_by_month on competitions.round (month desc, id);

-- What was done to its times and to itself, for everybody to read. Written once.
create table competitions.notice (
  round_id uuid not null references competitions.round,
  at       timestamptz not null,
  kind     text not null check (kind in ('extension', 'suspension', 'resumption', 'wait', 'cancellation')),
  reason   text not null,
  -- by which all later times moved
  shift_ms int8 not null check (shift_ms >= 0),
  by_id    uuid references identity.account,
  primary key (round_id, at, kind)
);

create table competitions.category (
  id          uuid primary key,
  round_id    uuid not null references competitions.round,
  kind        text not null check (kind in ('image', 'video', 'music', 'models')),
  theme       text not null check (char_length(theme) <= 160),
  -- how many entries one person may stand in
  entries_max int4 not null check (entries_max between 1 and 10),
  rules       jsonb not null,
  constraint category_once unique (round_id, kind),
  constraint category_cap unique (id, entries_max)
);

create table competitions.prize (
  category_id  uuid not null references competitions.category,
  place        int2 not null check (place between 1 and 5),
  amount_nanos int8 not null check (amount_nanos > 0),
  primary key (category_id, place)
);

-- What it shows is kept with it: nothing of it goes when its asset, its model or its author does.
create table competitions.entry (
  id             uuid primary key,
  round_id       uuid not null references competitions.round,
  category_id    uuid not null references competitions.category,
  person_id      uuid not null references identity.account,
  -- of a creation; of a model there is only its release
  asset_id       uuid references generation.asset,
  release_id     uuid not null references registry.release,
  model_id       uuid not null references registry.model,
  title          text not null check (char_length(title) between 1 and 100),
  asset_digest   text not null,
  thumb_digest   text,
  state          text not null check (state in ('draft', 'submitted', 'validating', 'eligible', 'ineligible', 'withdrawn', 'finalist',
                   'provisional_winner', 'verified', 'awarded', 'disqualified', 'declined', 'unresponsive')),
  version        int4 not null default 1,
  -- why it is not eligible or not in it any more, by name
  reason         text,
  generated_at   timestamptz not null,
  submitted_at   timestamptz not null,
  -- the file as voters see it
  show_digest    text,
  show_extension text,
  show_mime      text,
  show_bytes     int8,
  show_duration_ms int4,
  show_attempts  int4 not null default 0,
  -- taken down by a moderator: it is not shown any more, and still ranks
  removed_at     timestamptz,
  stands         boolean not null generated always as (state not in ('draft', 'withdrawn', 'ineligible')) stored,
  constraint entry_of_asset_once unique (category_id, asset_id),
  constraint ineligible_says_why check (state not in ('ineligible', 'disqualified') or reason is not null)
);
create unique index entry_of_model_once on competitions.entry (category_id, model_id) where asset_id is null;
-- one file stands once, whoever holds it
create unique index entry_of_file_once on competitions.entry (category_id, asset_digest) where stands;
create index entry_of_round on competitions.entry (round_id, category_id, id);
create index entry_of_person on competitions.entry (person_id, id);
create index entry_of_asset on competitions.entry (asset_id) where asset_id is not null;
create index entry_to_validate on competitions.entry (submitted_at, id) where state in ('submitted', 'validating');

-- Whose an entry is. Who stands in it takes one of the places that the category gives a person: two requests at once
-- cannot both take the last.
create table competitions.entry_person (
  entry_id     uuid not null references competitions.entry,
  person_id    uuid not null references identity.account,
  category_id  uuid not null,
  entries_max  int4 not null,
  -- as it was when they were named
  display_name text not null,
  ordinal      int2 not null,
  share_ppm    int4 not null check (share_ppm between 1 and 1000000),
  accepted_at  timestamptz,
  declined_at  timestamptz,
  slot         int4 check (slot between 1 and entries_max),
  primary key (entry_id, person_id),
  foreign key (category_id, entries_max) references competitions.category (id, entries_max),
  constraint entry_person_slot unique (category_id, person_id, slot),
  constraint entry_person_answers_once check (accepted_at is null or declined_at is null)
);
create index entry_person_of_person on competitions.entry_person (person_id, entry_id);

-- $STELAI owed for a place. Minted once, under its own id, and never for the same person twice in a category.
create table competitions.award (
  id           uuid primary key,
  round_id     uuid not null references competitions.round,
  category_id  uuid not null references competitions.category,
  -- five, and more where the last of them is shared
  place_slot   int2 not null check (place_slot between 1 and 25),
  entry_id     uuid not null references competitions.entry,
  person_id    uuid not null references identity.account,
  amount_nanos int8 not null check (amount_nanos > 0),
  state        text not null check (state in ('created', 'accepted', 'declined', 'payable', 'paid', 'expired', 'revoked')),
  version      int4 not null default 1,
  minted_at    timestamptz not null,
  answer_by    timestamptz not null,
  answered_at  timestamptz,
  expires_at   timestamptz not null,
  -- where its amount went, if it was not taken: to the round, or after that was settled to the reserve
  returned_to  text check (returned_to in ('escrow', 'reserve')),
  constraint award_went_back check ((returned_to is not null) = (state in ('declined', 'expired', 'revoked')))
);
-- of one that went back another may be minted, for another place or another person
create unique index award_once on competitions.award (category_id, person_id)
  where state in ('created', 'accepted', 'payable', 'paid');
create unique index award_of_place on competitions.award (category_id, place_slot, person_id)
  where state in ('created', 'accepted', 'payable', 'paid');
create index award_of_person on competitions.award (person_id, minted_at desc);
create index award_of_round on competitions.award (round_id, category_id, place_slot);

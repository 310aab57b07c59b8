-- Who is asked to judge one category of a round; their name is kept as it is shown with the results.
create table competitions.judge (
  id           uuid primary key,
  round_id     uuid not null references competitions.round,
  category_id  uuid not null references competitions.category,
  person_id    uuid not null references identity.account,
  display_name text not null,
  state        text not null check (state in ('invited', 'accepted', 'declined', 'recused', 'void')),
  version      int4 not null default 1,
  -- asked after the final had begun
  emergency    boolean not null,
  declaration  text check (char_length(declaration) <= 1000),
  -- why they stepped back, or why their voice does not count
  reason       text,
  invited_by   uuid not null references identity.account,
  invited_at   timestamptz not null,
  answered_at  timestamptz,
  constraint judge_once unique (category_id, person_id),
  constraint judge_answered check (state in ('invited', 'void') or answered_at is not null),
  constraint judge_out_says_why check (state not in ('recused', 'void') or reason is not null)
);
create index judge_of_person on competitions.judge (person_id, invited_at desc);
create index judge_of_round on competitions.judge (round_id, category_id);

-- A judge's order of the finalists: a draft, then its digest, then opened. After the digest nothing of it changes.
create table competitions.ranking (
  judge_id     uuid primary key references competitions.judge,
  entry_ids    uuid[] not null,
  notes        jsonb not null,
  version      int4 not null check (version > 0),
  saved_at     timestamptz not null,
  digest       text check (digest ~ '^[0-9a-f]{64}$'),
  committed_at timestamptz,
  -- left with us by the judge, so that it opens by itself
  kept_salt    text check (kept_salt ~ '^[0-9a-f]{64}$'),
  salt         text check (salt ~ '^[0-9a-f]{64}$'),
  revealed_at  timestamptz,
  constraint ranking_committed check ((digest is null) = (committed_at is null)),
  constraint ranking_revealed check ((salt is null) = (revealed_at is null) and (revealed_at is null or digest is not null)),
  constraint ranking_kept check (kept_salt is null or digest is not null)
);

-- One counting of a category. Each change of the standings is another version, from what the one before was frozen from.
create table competitions.tally (
  id            uuid primary key,
  category_id   uuid not null references competitions.category,
  version       int4 not null check (version > 0),
  reason        text not null,
  says          text not null,
  asked_by      uuid references identity.account,
  asked_at      timestamptz not null,
  -- who counts: each taking has another fence, and only the newest may write
  fence         int8 not null default 0,
  leased_until  timestamptz,
  waits_for     text,
  not_before    timestamptz,
  -- the digest that the bundle itself names, and the file that it lies in
  bundle_digest text check (bundle_digest ~ '^[0-9a-f]{64}$'),
  bundle_file   text check (bundle_file ~ '^[0-9a-f]{64}$'),
  published_at  timestamptz,
  constraint tally_version unique (category_id, version),
  constraint tally_published check ((published_at is null) = (bundle_digest is null) and (bundle_digest is null) = (bundle_file is null))
);
-- the next version begins when the one before is published
create unique index tally_one_at_a_time on competitions.tally (category_id) where published_at is null;

-- What each step made, as a file by its digest. Written once: whoever counts again goes on from here.
create table competitions.tally_step (
  tally_id uuid not null references competitions.tally,
  step     text not null,
  digest   text not null check (digest ~ '^[0-9a-f]{64}$'),
  fence    int8 not null,
  at       timestamptz not null,
  primary key (tally_id, step)
);
create trigger refuse_change before update or delete or truncate on competitions.tally_step
  for each statement execute function kit.refuse_change();

-- Who is in the final, found once from what was voted in qualifying.
create table competitions.finalist (
  category_id uuid not null references competitions.category,
  entry_id    uuid not null references competitions.entry,
  primary key (category_id, entry_id)
);
create trigger refuse_change before update or delete or truncate on competitions.finalist
  for each statement execute function kit.refuse_change();

-- Who won. It stays, whatever becomes of the work, of its author and of its model.
create table competitions.place (
  category_id    uuid not null references competitions.category,
  version        int4 not null,
  -- five, and more where the last of them is shared
  place_slot     int2 not null check (place_slot between 1 and 25),
  -- what it is called: those who share a place have the same
  place          int2 not null check (place between 1 and place_slot),
  shared         boolean not null,
  entry_id       uuid not null references competitions.entry,
  title          text not null,
  asset_digest   text not null,
  model_title    text not null,
  creator_name   text not null,
  amount_nanos   int8 not null check (amount_nanos >= 0),
  at             timestamptz not null,
  primary key (category_id, version, place_slot),
  foreign key (category_id, version) references competitions.tally (category_id, version),
  constraint place_of_entry_once unique (category_id, version, entry_id)
);
create trigger refuse_change before update or delete or truncate on competitions.place
  for each statement execute function kit.refuse_change();

-- Nobody has two places in a category, alone or together with others.
create table competitions.place_person (
  category_id  uuid not null,
  version      int4 not null,
  person_id    uuid not null references identity.account,
  place_slot   int2 not null,
  display_name text not null,
  primary key (category_id, version, person_id),
  foreign key (category_id, version, place_slot) references competitions.place
);
create trigger refuse_change before update or delete or truncate on competitions.place_person
  for each statement execute function kit.refuse_change();

-- Whose ballots weigh nothing from a version on, because votes were bought or faked.
create table competitions.voided_voter (
  category_id uuid not null references competitions.category,
  pseudonym   text not null,
  version     int4 not null,
  says        text not null,
  by_id       uuid not null references identity.account,
  at          timestamptz not null,
  primary key (category_id, pseudonym)
);

create table competitions.dispute (
  id          uuid primary key,
  round_id    uuid not null references competitions.round,
  category_id uuid not null references competitions.category,
  person_id   uuid not null references identity.account,
  -- of the standings
  of_version  int4 not null,
  text        text not null check (char_length(text) between 1 and 2000),
  at          timestamptz not null,
  state       text not null check (state in ('open', 'upheld', 'rejected')),
  version     int4 not null default 1,
  ruling      text,
  ruled_by    uuid references identity.account,
  ruled_at    timestamptz,
  constraint dispute_once unique (category_id, of_version, person_id),
  constraint dispute_ruled check ((state = 'open') = (ruled_at is null) and (ruled_at is null) = (ruling is null))
);
create index dispute_of_round on competitions.dispute (round_id, at, id);

-- Something odd that somebody looks into. It changes nothing by itself.
create table competitions.integrity_case (
  id          uuid primary key,
  round_id    uuid not null references competitions.round,
  category_id uuid not null references competitions.category,
  kind        text not null,
  says        text not null,
  score       float8,
  entry_id    uuid references competitions.entry,
  voters      text[] not null,
  -- null: it opened by itself
  opened_by   uuid references identity.account,
  opened_at   timestamptz not null,
  state       text not null check (state in ('open', 'closed')),
  version     int4 not null default 1,
  outcome     text check (outcome in ('nothing', 'disqualified', 'ballots_voided')),
  reason      text,
  closed_by   uuid references identity.account,
  closed_at   timestamptz,
  constraint case_closed check ((state = 'open') = (closed_at is null) and (closed_at is null) = (outcome is null))
);
create index case_of_round on competitions.integrity_case (round_id, opened_at, id);

-- Who stands by which standings; two persons by the same make them final.
create table competitions.confirmation (
  round_id  uuid not null references competitions.round,
  standings text not null check (standings ~ '^[0-9a-f]{64}$'),
  person_id uuid not null references identity.account,
  at        timestamptz not null,
  primary key (round_id, standings, person_id)
);

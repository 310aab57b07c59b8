-- What is voted on in one phase of a category. Its pairs come out of the seed, the voter and this counter.
create table competitions.voting (
  category_id uuid not null references competitions.category,
  phase       text not null check (phase in ('qualifying', 'final')),
  -- so many pairs were given
  slots       int4 not null default 0 check (slots >= 0),
  opened_at   timestamptz not null,
  -- every pair was answered or let go, and the last root is written
  closed_at   timestamptz,
  primary key (category_id, phase)
);

-- Written when a phase begins, in ascending order of the ids: what the pairs are drawn from.
create table competitions.contender (
  category_id uuid not null,
  phase       text not null,
  entry_id    uuid not null references competitions.entry,
  -- so long it is looked at or heard before a choice is taken
  looks_ms    int4 not null check (looks_ms > 0),
  primary key (category_id, phase, entry_id),
  foreign key (category_id, phase) references competitions.voting
);
create trigger contender_written_once before update or delete or truncate on competitions.contender
  for each statement execute function kit.refuse_change();

-- A copy that is plainly damaged: whoever takes it for the better one did not look.
create table competitions.damaged_copy (
  entry_id  uuid primary key references competitions.entry,
  digest    text not null,
  extension text not null,
  made_at   timestamptz not null
);

create table competitions.voter (
  category_id uuid not null references competitions.category,
  person_id   uuid not null references identity.account,
  -- what stands for them in what is published of this category
  pseudonym   text not null check (pseudonym ~ '^[0-9a-f]{32}$'),
  class       text not null check (class in ('established', 'new')),
  -- whose entries they are never shown
  kept_from   uuid[] not null,
  enrolled_at timestamptz not null,
  -- what ties accounts together, as digests that say nothing elsewhere; looked at once more when a phase is closed
  links       text[] not null,
  -- the name of those who share one voice
  cluster     text,
  barred      text check (barred in ('ENTRANT', 'STAFF', 'JUDGE', 'BANNED', 'VOTE_FRAUD')),
  primary key (category_id, person_id),
  constraint voter_name unique (category_id, pseudonym)
);
create index voter_of_person on competitions.voter (person_id);

-- A pair that the server gave a voter. Each is answered once, or let go.
create table competitions.assignment (
  id          uuid primary key,
  category_id uuid not null,
  phase       text not null,
  person_id   uuid not null,
  -- so many the voter was given before in this phase, and so many of them they had chosen in
  k           int4 not null check (k >= 0),
  cast_before int4 not null check (cast_before between 0 and k),
  -- its place in the schedule, and which draw of it was taken; -1 for a control
  slot        int4 not null check (slot >= -1),
  draw        int4 not null check (draw >= -1),
  left_entry  uuid not null,
  right_entry uuid not null,
  damaged     text check (damaged in ('left', 'right')),
  looks_ms    int4 not null check (looks_ms > 0),
  issued_at   timestamptz not null,
  expires_at  timestamptz not null,
  foreign key (category_id, phase) references competitions.voting,
  foreign key (category_id, person_id) references competitions.voter,
  constraint assignment_of_voter unique (category_id, phase, person_id, k),
  constraint assignment_is_a_pair check ((left_entry = right_entry) = (damaged is not null)),
  constraint assignment_control_has_no_slot check ((slot = -1) = (damaged is not null) and (draw = -1) = (slot = -1))
);
-- a day is closed by what lapsed in it
create index assignment_lapses on competitions.assignment (category_id, phase, expires_at, id);
create unique index assignment_slot_once on competitions.assignment (category_id, phase, slot) where slot >= 0;
create trigger assignment_written_once before update or delete or truncate on competitions.assignment
  for each statement execute function kit.refuse_change();

create table competitions.ballot (
  assignment_id uuid primary key references competitions.assignment,
  category_id   uuid not null,
  phase         text not null,
  choice        text not null check (choice in ('left', 'right', 'equal', 'skip', 'report')),
  -- by the clock of the server, from when the pair was given
  dwell_ms      int4 not null check (dwell_ms >= 0),
  at            timestamptz not null
);
create index ballot_in_order on competitions.ballot (category_id, at, assignment_id);
create trigger ballot_written_once before update or delete or truncate on competitions.ballot
  for each statement execute function kit.refuse_change();

-- The order in which ballots were cast, from 0, and what each of them is in the tree.
create table competitions.ballot_place (
  category_id   uuid not null references competitions.category,
  no            int4 not null check (no >= 0),
  assignment_id uuid not null constraint ballot_placed_once unique references competitions.ballot,
  leaf_hash     bytea not null check (length(leaf_hash) = 32),
  primary key (category_id, no)
);
create trigger ballot_place_written_once before update or delete or truncate on competitions.ballot_place
  for each statement execute function kit.refuse_change();

-- 256 neighbours as one: a root asks for these and for what came after the last of them.
create table competitions.ballot_bough (
  category_id uuid not null references competitions.category,
  no          int4 not null check (no >= 0),
  hash        bytea not null check (length(hash) = 32),
  primary key (category_id, no)
);
create trigger ballot_bough_written_once before update or delete or truncate on competitions.ballot_bough
  for each statement execute function kit.refuse_change();

-- Published when a day is over, or the phase: the root over the first `size` ballots of the category.
create table competitions.ballot_root (
  category_id uuid not null,
  phase       text not null,
  day         date not null,
  size        int4 not null check (size >= 0),
  root        text not null check (root ~ '^[0-9a-f]{64}$'),
  closed_at   timestamptz not null,
  primary key (category_id, phase, day),
  foreign key (category_id, phase) references competitions.voting
);
create trigger ballot_root_written_once before update or delete or truncate on competitions.ballot_root
  for each statement execute function kit.refuse_change();

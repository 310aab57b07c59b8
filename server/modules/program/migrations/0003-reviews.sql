-- The panel that looks at an application: the first is 1, and each time it is looked at anew by other people one more.
-- `quorum` is how many reviews a decision of this panel needs.
alter table program.application
  add column panel  int4 not null default 1 check (panel > 0),
  add column quorum int4 not null default 3 check (quorum >= 2);
-- the queue of everybody, whose clock runs out first
create index application_queue_all on program.application (due_at, id) where submitted_at is not null;

-- A reviewer was asked to look at a revision. A gold one is about an application whose scores were agreed before: it
-- says how severe the reviewer is and decides nothing.
create table program.assignment (
  id             uuid primary key,
  application_id uuid not null references program.application,
  revision_id    uuid not null references program.revision,
  reviewer_id    uuid not null references identity.account,
  panel          int4 not null check (panel > 0),
  kind           text not null check (kind in ('panel', 'another', 'gold')),
  state          text not null,
  version        int4 not null default 1,
  assigned_at    timestamptz not null,
  due_at         timestamptz not null,
  -- what was looked at for conflicts of interest, and what was found
  evidence       jsonb not null,
  -- why it was declined or voided
  reason         text,
  -- what the reviewer is writing, and what only they see
  draft          jsonb not null default '{}',
  draft_version  int4 not null default 1,
  notes          text not null default '',
  constraint assignment_once unique (application_id, panel, reviewer_id)
);
create index assignment_of_reviewer on program.assignment (reviewer_id, state, due_at, id);
create index assignment_of_revision on program.assignment (revision_id);

-- What a reviewer found, for ever. Who thinks again writes another version.
create table program.review (
  id            uuid primary key,
  assignment_id uuid not null references program.assignment,
  revision_id   uuid not null references program.revision,
  number        int4 not null check (number > 0),
  creativity    int2 not null check (creativity between 1 and 5),
  utility       int2 not null check (utility between 1 and 5),
  impact        int2 not null check (impact between 1 and 5),
  quality       int2 not null check (quality between 1 and 5),
  safety        int2 not null check (safety between 1 and 5),
  confidence    int2 not null check (confidence between 1 and 5),
  recommendation text not null check (recommendation in ('accept', 'waitlist', 'reject')),
  to_applicant  text not null,
  to_panel      text not null,
  -- the panel had seen the version before it
  after_release boolean not null,
  submitted_at  timestamptz not null,
  constraint review_once unique (assignment_id, number)
);
create index review_by_time on program.review (submitted_at);
create index review_of_revision on program.review (revision_id);
create trigger review_append_only before update or delete or truncate on program.review
  for each statement execute function kit.refuse_change();

-- A reviewer or chair says that they cannot judge an application, or anything of a person.
create table program.declared_conflict (
  id             uuid primary key,
  person_id      uuid not null references identity.account,
  application_id uuid references program.application,
  with_id        uuid references identity.account,
  reason         text not null,
  declared_at    timestamptz not null,
  constraint declared_conflict_about_one check ((application_id is null) <> (with_id is null))
);
create index declared_conflict_of on program.declared_conflict (person_id, declared_at desc, id desc);
create trigger declared_conflict_append_only before update or delete or truncate on program.declared_conflict
  for each statement execute function kit.refuse_change();

-- What the panel and the chair say to each other once the reviews are released.
create table program.remark (
  id             uuid primary key,
  application_id uuid not null references program.application,
  panel          int4 not null,
  author_id      uuid not null references identity.account,
  text           text not null,
  said_at        timestamptz not null
);
create index remark_of_application on program.remark (application_id, said_at, id);
create trigger remark_append_only before update or delete or truncate on program.remark
  for each statement execute function kit.refuse_change();

-- A decision that contradicts the panel, until somebody else signs it. The newest one counts.
create table program.proposal (
  id             uuid primary key,
  application_id uuid not null references program.application,
  revision_id    uuid not null references program.revision,
  panel          int4 not null,
  said           jsonb not null,
  chair_id       uuid not null references identity.account,
  proposed_at    timestamptz not null
);
create index proposal_of_application on program.proposal (application_id, proposed_at desc, id desc);
create trigger proposal_append_only before update or delete or truncate on program.proposal
  for each statement execute function kit.refuse_change();

-- What the applicant was written, word by word. `facts` is what the words were made of.
create table program.letter (
  id             uuid primary key,
  application_id uuid not null references program.application,
  kind           text not null check (kind in ('changes', 'desk_rejection', 'decision', 'appeal', 'lapse')),
  template       text not null,
  subject        text not null,
  text           text not null,
  facts          jsonb not null,
  written_at     timestamptz not null
);
create index letter_of_application on program.letter (application_id, written_at, id);
create trigger letter_append_only before update or delete or truncate on program.letter
  for each statement execute function kit.refuse_change();

create table program.decision (
  id               uuid primary key,
  application_id   uuid not null references program.application,
  revision_id      uuid not null references program.revision,
  panel            int4 not null,
  outcome          text not null
    check (outcome in ('accepted', 'accepted_with_conditions', 'waitlisted', 'rejected', 'desk_rejected')),
  reasons          text not null,
  conditions       jsonb not null,
  -- a chair, or the coordinator who refused it before review
  decided_by       uuid not null references identity.account,
  second_signer_id uuid references identity.account,
  contradicts_panel boolean not null,
  letter_id        uuid not null references program.letter,
  -- before the applicant may begin another application; null: never again
  cool_down_days   int4 check (cool_down_days in (0, 30, 90)),
  decided_at       timestamptz not null,
  constraint decision_once unique (application_id, panel),
  constraint decision_signed_twice check (not contradicts_panel or second_signer_id is not null),
  constraint decision_signed_by_two check (second_signer_id <> decided_by)
);
create index decision_of_revision on program.decision (revision_id);
create trigger decision_append_only before update or delete or truncate on program.decision
  for each statement execute function kit.refuse_change();

create table program.appeal (
  application_id uuid primary key references program.application,
  grounds        text not null,
  appealed_at    timestamptz not null,
  outcome        text check (outcome in ('upheld', 'reopened')),
  reasons        text,
  answered_by    uuid references identity.account,
  answered_at    timestamptz,
  constraint appeal_answered_whole check (num_nulls(outcome, reasons, answered_by, answered_at) in (0, 4))
);

-- An application with scores on which a panel agreed: reviewers are held against it.
create table program.gold (
  application_id uuid primary key references program.application,
  revision_id    uuid not null references program.revision,
  creativity     int2 not null check (creativity between 1 and 5),
  utility        int2 not null check (utility between 1 and 5),
  impact         int2 not null check (impact between 1 and 5),
  quality        int2 not null check (quality between 1 and 5),
  safety         int2 not null check (safety between 1 and 5),
  note           text not null,
  marked_by      uuid not null references identity.account,
  marked_at      timestamptz not null
);
create index gold_of_revision on program.gold (revision_id);
create trigger gold_append_only before update or delete or truncate on program.gold
  for each statement execute function kit.refuse_change();

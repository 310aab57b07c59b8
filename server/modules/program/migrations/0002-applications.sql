-- A creator's request that a model be taken into the program. The state stands here; each step that led to it is in
-- kit.transition.
create table program.application (
  id           uuid primary key,
  applicant_id uuid not null references identity.account,
  state        text not null,
  version      int4 not null default 1,
  -- what the applicant is writing, saved as they write; what others read are revisions
  draft        jsonb not null,
  draft_version int4 not null default 1,
  draft_at     timestamptz not null,
  -- of the newest revision; 0 before the first
  revision     int4 not null default 0 check (revision >= 0),
  -- what lists show, of the newest revision, or of the draft while there is none
  title        text not null,
  modality     text check (modality in ('image', 'video', 'music')),
  -- the application that this one follows after a refusal
  follows_id   uuid references program.application,
  -- the model that came of it
  model_id     uuid references registry.model,
  begun_at     timestamptz not null,
  submitted_at timestamptz,
  state_since  timestamptz not null,
  -- when somebody should have acted, and whose turn it is
  due_at       timestamptz,
  constraint application_enrolled_has_model check ((state = 'enrolled') = (model_id is not null))
);
create index application_of_applicant on program.application (applicant_id, begun_at desc, id desc);
-- the queue: by state, whose clock runs out first
create index application_queue on program.application (state, due_at, id);

-- What was submitted, for ever. `canonical` is the exact text that `digest` is of.
create table program.revision (
  id             uuid primary key,
  application_id uuid not null references program.application,
  number         int4 not null check (number > 0),
  content        jsonb not null,
  canonical      text not null,
  digest         text not null check (digest ~ '^sha256:[0-9a-f]{64}$'),
  form_version   text not null,
  terms_version  text not null references program.terms,
  -- the words that the applicant affirmed, as they stood on the page
  rights_version text not null,
  rights_text    text not null,
  submitted_at   timestamptz not null,
  constraint revision_once unique (application_id, number)
);
create index revision_of_terms on program.revision (terms_version);
create trigger revision_append_only before update or delete or truncate on program.revision
  for each statement execute function kit.refuse_change();

-- What the bench made of a revision. The state stands here; each step that led to it is in kit.transition.
create table program.bench_sheet (
  id          uuid primary key,
  revision_id uuid not null constraint bench_sheet_once unique references program.revision,
  state       text not null,
  version     int4 not null default 1,
  -- which prompts, seeds and settings
  suite       text not null,
  -- counts up when what failed is run again; findings belong to one
  attempt     int4 not null default 1 check (attempt > 0),
  -- whoever runs it holds it until then; afterwards anybody may take it over
  lease_token  uuid,
  leased_until timestamptz,
  spent_ms    int8 not null default 0 check (spent_ms >= 0),
  opened_at   timestamptz not null,
  started_at  timestamptz,
  ended_at    timestamptz,
  -- times and price, and the published models that are nearest; null until it has ended
  profile     jsonb,
  nearest     jsonb
);
create index bench_sheet_open on program.bench_sheet (opened_at, id) where state in ('waiting', 'running');

-- One prompt with one seed and one setting. What failed is a row like any other.
create table program.bench_cell (
  sheet_id    uuid not null references program.bench_sheet,
  ordinal     int2 not null,
  prompt_key  text not null,
  setting     text not null check (setting in ('usual', 'repeat', 'smallest')),
  seed        int8 not null,
  input       jsonb not null,
  state       text not null default 'waiting' check (state in ('waiting', 'made', 'failed')),
  failure     text,
  why         text,
  -- in the model, and with everything around it
  compute_ms  int4,
  wall_ms     int4,
  digest      text,
  extension   text,
  mime        text,
  bytes       int8,
  width       int4,
  height      int4,
  duration_ms int4,
  thumbnail   jsonb,
  thumbhash   text,
  waveform    real[],
  ended_at    timestamptz,
  primary key (sheet_id, ordinal),
  constraint bench_cell_whole check (
    (state = 'waiting') = (ended_at is null) and (state = 'made') = (digest is not null)
    and (state = 'failed') = (failure is not null))
);
create index bench_cell_by_digest on program.bench_cell (digest) where digest is not null;

-- What is worth a second look. Never a decision.
create table program.bench_finding (
  sheet_id uuid not null references program.bench_sheet,
  attempt  int4 not null,
  ordinal  int2 not null,
  kind     text not null check (kind in ('same_weights', 'shares_tensors', 'looks_like', 'sounds_like', 'empty_prompt',
    'not_repeatable', 'slow', 'failed')),
  severity text not null check (severity in ('serious', 'notable', 'note')),
  -- who sees it: everybody who sees the sheet, those who review, or coordinators and chairs only
  audience text not null check (audience in ('everybody', 'reviewers', 'staff')),
  -- what it is about, besides this revision
  release_id     uuid references registry.release,
  application_id uuid references program.application,
  evidence jsonb not null,
  primary key (sheet_id, attempt, ordinal)
);
create index bench_finding_of_release on program.bench_finding (release_id) where release_id is not null;
create index bench_finding_of_application on program.bench_finding (application_id) where application_id is not null;
create trigger bench_finding_append_only before update or delete or truncate on program.bench_finding
  for each statement execute function kit.refuse_change();

-- What the samples of published releases look or sound like; both null where that cannot be told.
create table program.sample_print (
  release_id uuid not null,
  ordinal    int2 not null,
  modality   text not null,
  form       bit(256),
  sound      int4[],
  primary key (release_id, ordinal),
  foreign key (release_id, ordinal) references registry.sample
);
create index sample_print_pieces on program.sample_print using gin (sound);

-- to find who else submitted a file
create index revision_files on program.revision using gin ((content -> 'release' -> 'files') jsonb_path_ops);

-- What a model made for its applicant, on the spot and in the sandbox. One that was taken out stays for the revisions
-- that name it.
create table program.trial (
  id             uuid primary key,
  application_id uuid not null references program.application,
  modality    text not null,
  digest      text not null,
  extension   text not null,
  mime        text not null,
  bytes       int8 not null,
  width       int4,
  height      int4,
  duration_ms int4,
  thumbnail   jsonb,
  thumbhash   text,
  waveform    real[],
  input       jsonb not null,
  made_at     timestamptz not null,
  removed_at  timestamptz
);
create index trial_of_application on program.trial (application_id, id);

-- What somebody uploaded, and what the gate found in it. The bytes lie in the model-file store, by digest.
create table registry.model_file (
  digest      text not null,
  uploader_id uuid not null references identity.account,
  name        text not null,
  bytes       int8 not null check (bytes > 0),
  report      jsonb not null,
  uploaded_at timestamptz not null,
  primary key (digest, uploader_id)
);
create index model_file_of_uploader on registry.model_file (uploader_id, uploaded_at desc, digest);

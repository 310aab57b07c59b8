-- A file of a model on its way in, piece by piece. The bytes lie in a draft on the disk until they were checked.
create table registry.model_upload (
  id              uuid primary key,
  uploader_id     uuid not null references identity.account,
  name            text not null,
  bytes           int8 not null check (bytes > 0),
  expected_digest text,
  -- how much is on the disk for good: the next piece begins here
  received        int8 not null default 0 check (received between 0 and bytes),
  state           text not null,
  version         int4 not null default 1,
  created_at      timestamptz not null,
  expires_at      timestamptz not null,
  -- until then somebody reads it through
  checking_until  timestamptz,
  checked         int8 not null default 0,
  format          text,
  gate_passed     boolean not null default false,
  -- what was found, once it is stored
  digest          text,
  -- why it was not taken
  refusal         jsonb
);
create index model_upload_of_uploader on registry.model_upload (uploader_id, created_at desc, id);
create index model_upload_under_way on registry.model_upload (state, expires_at) where state in ('open', 'checking');

-- The tensors of each file, so that weights are known again in another file or under another name.
create table registry.tensor_digest (
  file_digest text not null,
  ordinal     int4 not null,
  name        text not null,
  type        text not null,
  shape       int8[] not null,
  bytes       int8 not null,
  digest      text not null,
  primary key (file_digest, ordinal)
);
create index tensor_digest_known on registry.tensor_digest (digest) where bytes >= 1024;
create trigger tensor_digest_immutable before update or delete or truncate on registry.tensor_digest
  for each statement execute function kit.refuse_change();

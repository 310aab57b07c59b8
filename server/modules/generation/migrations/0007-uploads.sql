-- A picture that a member brought to generate from. Its file and its thumbnail are its own: no other row names their
-- digests, so they can be taken away with it.
create table generation.upload (
  id         uuid primary key,
  owner_id   uuid not null references identity.account,
  digest     text not null unique,
  extension  text not null,
  mime       text not null,
  bytes      int8 not null,
  width      int4 not null,
  height     int4 not null,
  thumbnail  jsonb not null,
  thumbhash  text not null,
  created_at timestamptz not null,
  -- its file lies there still, for what was started before
  deleted_at timestamptz
);
create index upload_of_owner on generation.upload (owner_id, id desc) where deleted_at is null;
create index upload_deleted on generation.upload (deleted_at) where deleted_at is not null;
create index upload_by_age on generation.upload (created_at) where deleted_at is null;

-- The pictures that a generation is made from, by the field of its input, as they were when it was started: an asset
-- of ours or an upload, which may be gone by now.
create table generation.input_picture (
  generation_id uuid not null references generation.generation,
  field         text not null,
  origin        text not null check (origin in ('platform', 'upload')),
  source_id     uuid not null,
  digest        text not null,
  extension     text not null,
  mime          text not null,
  primary key (generation_id, field)
);
create index input_picture_of_source on generation.input_picture (source_id);

-- What the creator of a model puts together of what was made with it, for others to look at and to take along.
create table marketplace.showcase (
  model_id     uuid primary key references registry.model,
  title        text not null check (char_length(title) between 1 and 120),
  words        text not null check (char_length(words) <= 2000),
  -- null: only the creator of the model sees it
  published_at timestamptz,
  changed_at   timestamptz not null,
  -- of two who change it at once the second is told
  version      int4 not null check (version > 0)
);
create index showcase_newest on marketplace.showcase (published_at desc, model_id desc) where published_at is not null;

-- In its order: a creation that somebody shows, or a sample of a release.
create table marketplace.showcase_piece (
  model_id   uuid not null references marketplace.showcase,
  place      int2 not null check (place >= 0),
  asset_id   uuid references marketplace.creation,
  release_id uuid,
  ordinal    int2,
  words      text not null check (char_length(words) <= 300),
  primary key (model_id, place),
  foreign key (release_id, ordinal) references registry.sample,
  constraint showcase_piece_one_thing
    check (num_nonnulls(asset_id, release_id) = 1 and (release_id is null) = (ordinal is null)),
  constraint showcase_creation_once unique (model_id, asset_id),
  constraint showcase_sample_once unique (model_id, release_id, ordinal)
);

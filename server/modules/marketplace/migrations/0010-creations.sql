-- What its maker shows of what they made. Assets come later in the order of the modules, so nothing is referred to
-- there: a flow writes it for an asset that it has just read for its owner.
create table marketplace.creation (
  asset_id     uuid primary key,
  maker_id     uuid not null references identity.account,
  model_id     uuid not null references registry.model,
  release_id   uuid not null references registry.release,
  modality     text not null check (modality in ('image', 'video', 'music')),
  title        text not null check (char_length(title) between 1 and 120),
  -- null: its maker keeps it
  prompt       text,
  -- whether it stands in lists, or is found by its link alone
  listed       boolean not null,
  published_at timestamptz not null,
  withdrawn_at timestamptz,
  -- by a moderator
  hidden_at    timestamptz,
  -- counted in the transactions that like and comment
  likes        int8 not null default 0 check (likes >= 0),
  -- without that of its maker: nobody ranks themselves
  likes_of_others int8 not null default 0 check (likes_of_others between 0 and likes),
  comments     int8 not null default 0 check (comments >= 0)
);
create index creation_newest on marketplace.creation (published_at desc, asset_id desc)
  where listed and withdrawn_at is null and hidden_at is null;
create index creation_of_modality on marketplace.creation (modality, published_at desc, asset_id desc)
  where listed and withdrawn_at is null and hidden_at is null;
create index creation_of_model on marketplace.creation (model_id, published_at desc, asset_id desc)
  where listed and withdrawn_at is null and hidden_at is null;
create index creation_of_maker on marketplace.creation (maker_id, published_at desc, asset_id desc);

create table marketplace.creation_like (
  asset_id  uuid not null references marketplace.creation,
  person_id uuid not null references identity.account,
  at        timestamptz not null,
  primary key (asset_id, person_id)
);
create index creation_like_of_person on marketplace.creation_like (person_id, at desc);

-- What is said below a creation or a model. A reply stands below a comment that is none itself.
create table marketplace.comment (
  id         uuid primary key,
  asset_id   uuid references marketplace.creation,
  model_id   uuid references registry.model,
  author_id  uuid not null references identity.account,
  reply_to   uuid references marketplace.comment,
  text       text check (char_length(text) between 1 and 2000),
  at         timestamptz not null,
  edited_at  timestamptz,
  deleted_at timestamptz,
  hidden_at  timestamptz,
  -- what was deleted is gone, not only unseen
  constraint comment_says_something check ((text is null) = (deleted_at is not null)),
  constraint comment_below_one_thing check (num_nonnulls(asset_id, model_id) = 1)
);
create index comment_of_creation on marketplace.comment (asset_id, id desc) where asset_id is not null and reply_to is null;
create index comment_of_model on marketplace.comment (model_id, id desc) where model_id is not null and reply_to is null;
create index comment_replies on marketplace.comment (reply_to, id) where reply_to is not null;

-- What somebody who generated with a model thinks of it: one a person, changed as often as they like.
create table marketplace.rating (
  id         uuid not null constraint rating_id_once unique,
  model_id   uuid not null references registry.model,
  author_id  uuid not null references identity.account,
  stars      int2 not null check (stars between 1 and 5),
  text       text not null check (char_length(text) <= 2000),
  at         timestamptz not null,
  changed_at timestamptz,
  hidden_at  timestamptz,
  primary key (model_id, author_id)
);
create index rating_newest on marketplace.rating (model_id, at desc, author_id desc);

-- Whom somebody blocked or muted: a blocked person may not come near them, a muted one is not seen by them.
create table marketplace.block (
  person_id uuid not null references identity.account,
  other_id  uuid not null references identity.account,
  kind      text not null check (kind in ('block', 'mute')),
  at        timestamptz not null,
  primary key (person_id, other_id, kind),
  constraint block_of_others check (person_id <> other_id)
);
create index block_by_other on marketplace.block (other_id, kind);

-- What a person is told, one row for all that is alike and not read yet: who did it stands beside it.
create table marketplace.notification (
  id        uuid primary key,
  person_id uuid not null references identity.account,
  kind      text not null,
  -- what it is about: a creation, a comment, a model; null where the people are all of it
  about     uuid,
  at        timestamptz not null,
  read_at   timestamptz
);
create unique index notification_unread_once on marketplace.notification (person_id, kind, about) nulls not distinct where read_at is null;
create index notification_newest on marketplace.notification (person_id, at desc, id desc);

create table marketplace.notification_actor (
  notification_id uuid not null references marketplace.notification,
  person_id uuid not null references identity.account,
  at        timestamptz not null,
  primary key (notification_id, person_id)
);

-- The kinds that a person switched off.
create table marketplace.notification_off (
  person_id uuid not null references identity.account,
  kind      text not null,
  primary key (person_id, kind)
);

create schema marketplace;

create table marketplace.follow (
  follower_id uuid not null references identity.account,
  creator_id  uuid not null references identity.account,
  at          timestamptz not null,
  primary key (follower_id, creator_id)
);
create index follow_of_creator on marketplace.follow (creator_id);

-- How often each model was used: counted from the news, for ordering and display, never for money.
create table marketplace.model_use (
  model_id    uuid primary key references registry.model,
  generations int8 not null default 0,
  last_at     timestamptz not null
);

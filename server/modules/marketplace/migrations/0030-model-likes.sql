-- Who likes a model: what they want to find again, and what its creator is told.
create table marketplace.model_like (
  model_id  uuid not null references registry.model,
  person_id uuid not null references identity.account,
  at        timestamptz not null,
  primary key (model_id, person_id)
);
create index model_like_of_person on marketplace.model_like (person_id, at desc);

-- Who generated with a model, by the news of settled generations: the people behind the number of its uses, and those
-- who are told of its next release.
create table marketplace.model_user (
  model_id  uuid not null references registry.model,
  person_id uuid not null references identity.account,
  uses      int8 not null check (uses > 0),
  last_at   timestamptz not null,
  primary key (model_id, person_id)
);
create index model_user_of_person on marketplace.model_user (person_id, last_at desc);

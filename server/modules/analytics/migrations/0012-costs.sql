-- What an hour of machine time costs a creator for one of their models, as they say. It is theirs alone, and nothing but
-- their own margin is computed with it.
create table analytics.machine_cost (
  person_id uuid not null,
  model_id  uuid not null,
  micro_usd_per_hour int8 not null check (micro_usd_per_hour between 1 and 10000000000),
  set_at    timestamptz not null,
  primary key (person_id, model_id)
);

create schema program;

-- The text of the terms that agreements refer to. Published once, never changed.
create table program.terms (
  version text primary key,
  text    text not null,
  digest  text not null,
  published_at timestamptz not null
);

-- The accepted version of the terms that fixes a creator's share for a model from a date.
-- A new agreement takes the place of the older one for generations that start after it.
create table program.agreement (
  id            uuid primary key,
  model_id      uuid not null references registry.model,
  creator_id    uuid not null references identity.account,
  terms_version text not null references program.terms,
  share_ppm     int4 not null check (share_ppm between 0 and 1000000),
  accepted_at   timestamptz not null,
  in_force_from timestamptz not null,
  constraint agreement_once unique (model_id, in_force_from)
);

create schema moderation;

-- A prompt that was refused before anything was held. What it said is not kept: only its digest.
create table moderation.refusal (
  id             uuid primary key,
  account_id     uuid not null references identity.account,
  reason         text not null,
  rule           text not null,
  policy_version text not null,
  prompt_digest  text not null check (prompt_digest ~ '^[0-9a-f]{64}$'),
  at             timestamptz not null
);
create index refusal_of_account on moderation.refusal (account_id, at desc);

-- Typing mistakes are forgiven by trigrams of words. It comes with PostgreSQL, and the owner of a database may add it.
create extension if not exists pg_trgm with schema public;

-- A model as it can be found: one row for each that stands in lists. Written from the news, and it can be written anew
-- from what the other modules know. `terms` are the words that find it, each with the kind of place it was found in
-- (words.ts).
create table marketplace.listing (
  model_id     uuid primary key references registry.model,
  creator_id   uuid not null references identity.account,
  published_at timestamptz not null,
  from_micros  int8 not null,
  uses         int8 not null default 0,
  heat         float8 not null default '-Infinity',
  terms        tsvector not null
);
create index listing_terms on marketplace.listing using gin (terms);
create index listing_by_heat on marketplace.listing (heat desc, model_id desc);
create index listing_by_date on marketplace.listing (published_at desc, model_id desc);
create index listing_by_uses on marketplace.listing (uses desc, model_id desc);
create index listing_by_price on marketplace.listing (from_micros, model_id);
create index listing_of_creator on marketplace.listing (creator_id);

-- Every word that finds a model, with how many it finds: what somebody types is held against these few words first.
create table marketplace.word (
  kind   text not null,
  word   text collate "C" not null,
  models int4 not null,
  primary key (kind, word)
);
create index word_by_models on marketplace.word (kind, models desc, word);
create index word_alike on marketplace.word using gin (word gin_trgm_ops) where kind = 's';

-- Creators who have something to be found.
create table marketplace.listed_creator (
  creator_id uuid primary key references identity.account,
  models     int4 not null,
  terms      tsvector not null
);
create index listed_creator_terms on marketplace.listed_creator using gin (terms);

-- Who paid for a model, and in which hour last: each person counts once, however much they generate.
create table marketplace.model_payer (
  model_id uuid not null references registry.model,
  payer_id uuid not null references identity.account,
  last_at  timestamptz not null,
  primary key (model_id, payer_id)
);
create index model_payer_lately on marketplace.model_payer (model_id, last_at desc);

-- Their sum, halved every three days: the binary logarithm of what it was worth in the first hour of 2026 (heat.ts), so
-- that it changes when somebody pays and never by itself.
create table marketplace.model_heat (
  model_id uuid primary key references registry.model,
  heat     float8 not null
);
create index model_use_lately on marketplace.model_use (last_at);

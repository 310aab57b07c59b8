-- A job waits in the pool of those who can run it: this machine's own runners, one outside endpoint, or the
-- workers that pull. Whoever serves one pool takes from no other, and each pool has a fair order of its own.
alter table generation.generation add column pool text not null default 'embedded';
alter table generation.generation alter column pool drop default;

-- what it counts for in the fair order: its price, divided by the weight of its payer's plan
alter table generation.generation add column fair_cost int8 not null default 1;
alter table generation.generation alter column fair_cost drop default;
-- the key that it was asked for with, if it was one: a key may have fewer open than its account
alter table generation.generation add column api_key_id uuid references identity.api_key;
alter table generation.generation add column leased_at timestamptz;
-- what whoever runs it must have
alter table generation.generation add column vram_gib_min float8;
alter table generation.generation add column features text[] not null default '{}';

drop index generation.generation_queue;
create index generation_queue on generation.generation (pool, class desc, fair_tag, id) where state = 'queued';
create index generation_in_hand on generation.generation (pool, payer_id) where state in ('leased', 'running');

-- Start-time fair queuing, for each pool and class apart: how far it has been served, and after which tag a payer's
-- next job stands.
create table generation.fair_clock_of_pool (
  pool  text not null,
  class int2 not null,
  tag   int8 not null,
  primary key (pool, class)
);
insert into generation.fair_clock_of_pool select 'embedded', 0, tag from generation.fair_clock;
drop table generation.fair_clock;
alter table generation.fair_clock_of_pool rename to fair_clock;
alter index generation.fair_clock_of_pool_pkey rename to fair_clock_pkey;

create table generation.fair_tag (
  pool     text not null,
  class    int2 not null,
  payer_id uuid not null references identity.account,
  last_tag int8 not null,
  primary key (pool, class, payer_id)
);
insert into generation.fair_tag select 'embedded', 0, payer_id, last_tag from generation.fair_payer;
drop table generation.fair_payer;
-- at its row the starts of one payer wait for each other
create table generation.payer (
  payer_id uuid primary key references identity.account
);

-- Who serves a pool now and with how many slots; whoever was not seen for a minute serves nothing.
create table generation.serving (
  holder  text not null,
  pool    text not null,
  slots   int4 not null check (slots > 0),
  seen_at timestamptz not null,
  primary key (holder, pool)
);

-- How long the last runs of a release took, newest first: what the next ones are estimated by.
create table generation.run_time (
  release_id uuid primary key references registry.release,
  recent_ms  int4[] not null
);

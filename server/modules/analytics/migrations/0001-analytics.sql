create schema analytics;

-- How far counting has come. Facts are written under the number of the fold that is open; what lies under numbers up to
-- `folded` is in the roll-ups of hours and days, what comes after is read as it lies.
create table analytics.state (
  one         boolean primary key default true check (one),
  fold        int8 not null default 1,
  folded      int8 not null default 0,
  folded_at   timestamptz,
  -- which of the two editions of the roll-ups is read; the other one is where they are made anew
  edition     int2 not null default 0 check (edition in (0, 1)),
  -- days before are summed of their hours, and have sketches of each model
  summed_until   timestamptz not null default '2000-01-01T00:00:00Z',
  sketched_until timestamptz not null default '2000-01-01T00:00:00Z',
  -- what lies before was given away: minutes, and months of facts
  minutes_from timestamptz not null default '2000-01-01T00:00:00Z',
  facts_from   timestamptz not null default '2000-01-01T00:00:00Z',
  constraint folds_end_in_order check (folded < fold)
);
insert into analytics.state default values;

-- One row for each generation that has ended, however. Written once, by months; there is no partition for all the rest,
-- so that nothing ever lies where nobody looks. No foreign keys: each would fire a trigger a row.
create table analytics.fact (
  -- what is always there and always as wide comes first: a row is read up to the last column that is asked for
  generation_id uuid not null,
  ended_at      timestamptz not null,
  fold          int8 not null,
  began_at      timestamptz not null,
  model_id      uuid not null,
  release_id    uuid not null,
  -- whose the model was by the terms that were frozen at the start
  creator_id    uuid not null,
  payer_id      uuid not null,
  price_micros  int8 not null,
  -- what was charged, in the kinds that it was paid with; nothing unless it succeeded
  promo_micros  int8 not null,
  paid_micros   int8 not null,
  queue_ms      int8 not null,
  total_ms      int8 not null,
  related       boolean not null,
  follower      boolean not null,
  run_ms        int8,
  outcome       text not null check (outcome in ('succeeded', 'failed', 'cancelled', 'expired')),
  reason        text,
  source        text not null,
  -- who earned by it, in the order of their lines
  earner_ids    uuid[] not null,
  earner_roles  text[] not null,
  earned_paid_micros  int8[] not null,
  earned_promo_micros int8[] not null,
  via           text not null,
  modality      text not null,
  region        text,
  slot_id       uuid,
  -- enumerated and numeric fields of the input, as field=value; never text
  settings      text[] not null,
  primary key (generation_id, ended_at)
) partition by range (ended_at);
create index fact_of_creator on analytics.fact (creator_id, ended_at);
create index fact_of_fold on analytics.fact (fold);
-- they lie in the order of time, nearly
create index fact_by_time on analytics.fact using brin (ended_at) with (pages_per_range = 64, autosummarize = on);
create trigger fact_append_only before update or delete or truncate on analytics.fact
  for each statement execute function kit.refuse_change();

-- What became of the money of a generation later, and of whom; amounts of earners have the sign of their change. Of a
-- correction by hand there is no generation.
create table analytics.correction (
  id            uuid primary key,
  at            timestamptz not null,
  fold          int8 not null,
  kind          text not null check (kind in ('refund', 'chargeback', 'forfeit', 'lapse', 'claim', 'vested', 'adjustment')),
  generation_id uuid,
  model_id      uuid not null,
  release_id    uuid not null,
  creator_id    uuid not null,
  source        text not null,
  -- what the payer, or whoever paid us, has back
  promo_micros  int8 not null,
  paid_micros   int8 not null,
  earner_ids    uuid[] not null,
  earner_roles  text[] not null,
  earned_paid_micros  int8[] not null,
  earned_promo_micros int8[] not null
);
create index correction_of_creator on analytics.correction (creator_id, at);
create index correction_of_fold on analytics.correction (fold);
create index correction_of_generation on analytics.correction (generation_id);
create trigger correction_append_only before update or delete or truncate on analytics.correction
  for each statement execute function kit.refuse_change();

-- Roll-ups of use. Rows of nobody (the nil UUID) are the sums of all.
create table analytics.usage_minute (
  creator_id    uuid not null,
  model_id      uuid not null,
  at            timestamptz not null,
  release_id    uuid not null,
  -- a minute that goes on in the next fold goes on in another row
  fold          int8 not null,
  succeeded     int4 not null,
  failed        int4 not null,
  cancelled     int4 not null,
  expired       int4 not null,
  related       int4 not null,
  refunds       int4 not null,
  promo_micros  int8 not null,
  paid_micros   int8 not null,
  queue_ms      int8 not null,
  run_ms        int8 not null,
  refunded_promo_micros int8 not null,
  refunded_paid_micros  int8 not null,
  primary key (creator_id, at, model_id, release_id, fold)
) with (fillfactor = 70);
create index usage_minute_of_fold on analytics.usage_minute (fold);

create table analytics.usage_hour (
  edition       int2 not null,
  creator_id    uuid not null,
  model_id      uuid not null,
  at            timestamptz not null,
  release_id    uuid not null,
  succeeded     int4 not null,
  failed        int4 not null,
  cancelled     int4 not null,
  expired       int4 not null,
  related       int4 not null,
  refunds       int4 not null,
  promo_micros  int8 not null,
  paid_micros   int8 not null,
  queue_ms      int8 not null,
  run_ms        int8 not null,
  refunded_promo_micros int8 not null,
  refunded_paid_micros  int8 not null,
  primary key (creator_id, at, model_id, release_id, edition)
) partition by list (edition);

-- Bins of time: queue_0 to queue_31, run_0 and total_0 likewise (histogram.ts). A bin that is empty is null, which takes
-- no room; two rows are added bin by bin.
do $$
begin
  for bin in 0..31 loop
    execute format('alter table analytics.usage_hour add column queue_%1$s int4, add column run_%1$s int4, add column total_%1$s int4', bin);
  end loop;
end $$;

create table analytics.usage_day (like analytics.usage_hour, primary key (creator_id, at, model_id, release_id, edition)) partition by list (edition);

create table analytics.usage_hour_a partition of analytics.usage_hour for values in (0) with (fillfactor = 70);
create table analytics.usage_hour_b partition of analytics.usage_hour for values in (1) with (fillfactor = 70);
create table analytics.usage_day_a partition of analytics.usage_day for values in (0) with (fillfactor = 70);
create table analytics.usage_day_b partition of analytics.usage_day for values in (1) with (fillfactor = 70);

-- Why generations failed.
create table analytics.failure_hour (
  edition    int2 not null,
  creator_id uuid not null,
  model_id   uuid not null,
  at         timestamptz not null,
  reason     text not null,
  failed     int4 not null,
  primary key (creator_id, at, model_id, reason, edition)
) partition by list (edition);
create table analytics.failure_hour_a partition of analytics.failure_hour for values in (0);
create table analytics.failure_hour_b partition of analytics.failure_hour for values in (1);

-- What people earned. It repeats lines and reversals, to be looked through quickly; how much anybody has, the ledger says.
create table analytics.earned_hour (
  edition     int2 not null,
  person_id   uuid not null,
  creator_id  uuid not null,
  model_id    uuid not null,
  release_id  uuid not null,
  role        text not null,
  source      text not null,
  at          timestamptz not null,
  generations int4 not null,
  paid_micros  int8 not null,
  promo_micros int8 not null,
  reversed_paid_micros  int8 not null,
  reversed_promo_micros int8 not null,
  vested_micros int8 not null,
  primary key (person_id, at, model_id, release_id, role, source, creator_id, edition)
) partition by list (edition);
create table analytics.earned_day (like analytics.earned_hour, primary key (person_id, at, model_id, release_id, role, source, creator_id, edition)) partition by list (edition);
create table analytics.earned_hour_a partition of analytics.earned_hour for values in (0) with (fillfactor = 80);
create table analytics.earned_hour_b partition of analytics.earned_hour for values in (1) with (fillfactor = 80);
create table analytics.earned_day_a partition of analytics.earned_day for values in (0) with (fillfactor = 80);
create table analytics.earned_day_b partition of analytics.earned_day for values in (1) with (fillfactor = 80);

-- Who used which model, and when: exact. Bit k of `days` is the UTC day k days before `as_of_day`, bit k of `weeks` the
-- week (from Monday) k weeks before `as_of_week`; 62 of each.
create table analytics.payer (
  edition    int2 not null,
  creator_id uuid not null,
  model_id   uuid not null,
  payer_id   uuid not null,
  first_at   timestamptz not null,
  as_of_day  date not null,
  days       int8 not null,
  as_of_week date not null,
  weeks      int8 not null,
  primary key (creator_id, model_id, payer_id, edition)
) partition by list (edition);
create table analytics.payer_a partition of analytics.payer for values in (0) with (fillfactor = 80);
create table analytics.payer_b partition of analytics.payer for values in (1) with (fillfactor = 80);

-- The payers of a day as a sketch (sketch.ts), of all models together and of each one. Adding somebody twice changes
-- nothing, so there is one edition only.
create table analytics.sketch (
  creator_id uuid not null,
  model_id   uuid not null,
  day        date not null,
  registers  bytea not null,
  primary key (creator_id, model_id, day)
);

-- Use by who and how, of whole UTC weeks (from Monday), with the number of different people behind each.
create table analytics.breakdown_week (
  week        date not null,
  creator_id  uuid not null,
  model_id    uuid not null,
  dimension   text not null,
  value       text not null,
  generations int4 not null,
  succeeded   int4 not null,
  charged_micros int8 not null,
  people      int4 not null,
  primary key (creator_id, dimension, week, model_id, value)
);
-- Weeks that are broken down, and up to which fold.
create table analytics.week (
  week  date primary key,
  fold  int8 not null,
  at    timestamptz not null
);

-- What the comparison of a day with its facts, and of these with the books, has found.
create table analytics.proof (
  day         date primary key,
  at          timestamptz not null,
  facts       int8 not null,
  differences jsonb not null
);

-- The product owns no table and so makes no partition: these do, and nothing else.
create function analytics.make_month(at timestamptz) returns void language plpgsql security definer set search_path = pg_catalog as $$
declare
  begins timestamptz := date_trunc('month', at, 'UTC');
  ends timestamptz := date_trunc('month', begins + interval '32 days', 'UTC');
  name text := 'fact_' || to_char(begins at time zone 'UTC', 'YYYY_MM');
begin
  if to_regclass('analytics.' || name) is not null then
    return;
  end if;
  perform pg_advisory_xact_lock(hashtext('analytics.make_month'));
  if to_regclass('analytics.' || name) is null then
    -- attached, not made in its place: that would wait for all who read
    execute format('create table analytics.%I (like analytics.fact including defaults including constraints including indexes)', name);
    execute format('alter table analytics.fact attach partition analytics.%I for values from (%L) to (%L)', name, begins, ends);
  end if;
end $$;

create function analytics.drop_months(before timestamptz) returns int4 language plpgsql security definer set search_path = pg_catalog as $$
declare
  name text;
  dropped int4 := 0;
begin
  perform pg_advisory_xact_lock(hashtext('analytics.make_month'));
  for name in
    select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'analytics.fact'::regclass and to_date(right(c.relname, 7), 'YYYY_MM') + interval '1 month' <= before at time zone 'UTC'
    order by 1
  loop
    execute format('drop table analytics.%I', name);
    dropped := dropped + 1;
  end loop;
  update analytics.state set facts_from = greatest(facts_from, date_trunc('month', before, 'UTC')) where dropped > 0;
  return dropped;
end $$;

create function analytics.clear_edition(which int2) returns void language plpgsql security definer set search_path = pg_catalog as $$
begin
  if which = (select edition from analytics.state) then
    raise exception 'the edition that is read is not cleared';
  end if;
  if which = 0 then
    truncate analytics.usage_hour_a, analytics.usage_day_a, analytics.failure_hour_a, analytics.earned_hour_a, analytics.earned_day_a,
      analytics.payer_a;
  else
    truncate analytics.usage_hour_b, analytics.usage_day_b, analytics.failure_hour_b, analytics.earned_hour_b, analytics.earned_day_b,
      analytics.payer_b;
  end if;
end $$;

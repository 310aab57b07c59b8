-- How much lies under the fold that is open: with so much it is closed, so that no fold takes long.
alter table analytics.state add column written int4 not null default 0;
update analytics.state set written = 1
where exists (select from analytics.fact f where f.fold = state.fold) or exists (select from analytics.correction c where c.fold = state.fold);

-- What is not folded yet is read of one creator, or of all.
drop index analytics.fact_of_fold;
create index fact_of_fold on analytics.fact (fold, creator_id);

-- Minutes are added by folds, like hours. What is not folded is in none.
create table analytics.minute_before as
  select creator_id, at, model_id, release_id, sum(succeeded)::int4 as succeeded, sum(failed)::int4 as failed, sum(cancelled)::int4 as cancelled,
         sum(expired)::int4 as expired, sum(related)::int4 as related, sum(refunds)::int4 as refunds, sum(promo_micros)::int8 as promo_micros,
         sum(paid_micros)::int8 as paid_micros, sum(queue_ms)::int8 as queue_ms, sum(run_ms)::int8 as run_ms,
         sum(refunded_promo_micros)::int8 as refunded_promo_micros, sum(refunded_paid_micros)::int8 as refunded_paid_micros
  from analytics.usage_minute where fold <= (select folded from analytics.state) group by 1, 2, 3, 4;
truncate analytics.usage_minute;
alter table analytics.usage_minute drop column fold;
alter table analytics.usage_minute add primary key (creator_id, at, model_id, release_id);
insert into analytics.usage_minute (creator_id, at, model_id, release_id, succeeded, failed, cancelled, expired, related, refunds,
  promo_micros, paid_micros, queue_ms, run_ms, refunded_promo_micros, refunded_paid_micros)
  select * from analytics.minute_before;
drop table analytics.minute_before;

-- Days are summed, and proved, of the hours of all.
create index usage_hour_by_time on analytics.usage_hour (at);
create index earned_hour_by_time on analytics.earned_hour (at);

-- A day is proved again after something came into it late, or its roll-ups were made anew.
alter table analytics.proof add column fold int8 not null default 0;
alter table analytics.proof add column late_fold int8 not null default 0;

-- Roll-ups that are being made anew: into which edition, out of what lies under which numbers, and which hours are in it.
create table analytics.remaking (
  one     boolean primary key default true check (one),
  edition int2 not null,
  folded  int8 not null,
  -- months that are given away meanwhile are not in it
  facts_from timestamptz not null
);
create table analytics.remade (
  hours_from timestamptz primary key
);

-- Up to which generation the books were looked through for what the news does not tell any more; null: nobody is at it.
alter table analytics.state add column derived_after uuid;

-- One roll-up at a time: whoever holds several tables and waits for one that somebody reads, and that one for another of
-- them, would wait for ever. And never long, since whoever wants to read waits behind.
drop function analytics.clear_edition(int2);
create function analytics.clear_rollup(which int2, name text) returns void language plpgsql security definer
set search_path = pg_catalog set lock_timeout = '100ms' as $$
begin
  if which = (select edition from analytics.state) then
    raise exception 'the edition that is read is not cleared';
  end if;
  if name not in ('usage_hour', 'usage_day', 'failure_hour', 'earned_hour', 'earned_day', 'payer') then
    raise exception 'there is no roll-up %', name;
  end if;
  execute format('truncate analytics.%I', name || case which when 0 then '_a' else '_b' end);
end $$;

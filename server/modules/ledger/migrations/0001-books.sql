create schema ledger;

-- Double entry, append only. An amount is positive when it is owed to the account (a credit) and
-- negative when the account gives or owns (a debit); every row of the journal sums to zero.

-- The id says what the account is: guarded ones are positive, accruing ones negative, and the low two
-- bits are the asset (1 CREDIT, 2 USD, 3 STELAI; also of a negative number). So checks on a row of the
-- journal need no look at this table. Ids are never used again.
create sequence ledger.account_number;
create table ledger.account (
  id      int4 primary key,
  key     text not null unique,
  -- money that waits by the day it came has an account for each UTC day of its series
  series  text,
  day     date,
  -- who owns what is chained like the journal: an account that is given another name is found
  number  int4 not null unique,
  hash    bytea not null,
  constraint account_dated_pair check ((series is null) = (day is null)),
  constraint account_dated_key check (series is null or key = series || ':' || to_char(day, 'YYYY-MM-DD'))
);
create index account_of_series on ledger.account (series, day) where series is not null;
create index account_of_day on ledger.account (day) where day is not null;

-- Guarded accounts: one row, never below zero, parts of it set aside by holds.
create table ledger.balance (
  account_id int4 primary key references ledger.account,
  posted     int8 not null default 0,
  held       int8 not null default 0,
  version    int8 not null default 0,
  constraint balance_is_guarded check (account_id > 0),
  constraint balance_held_not_negative check (held >= 0),
  constraint balance_not_overdrawn check (posted - held >= 0)
) with (fillfactor = 50);

-- Accruing accounts: one row a minute and poster slot, so that no row is hot and earnings by the minute
-- come for free.
create table ledger.accrual (
  account_id int4 not null references ledger.account,
  minute     int4 not null,
  slot       int2 not null,
  delta      int8 not null,
  n          int4 not null,
  constraint accrual_is_accruing check (account_id < 0),
  primary key (account_id, minute, slot)
) with (fillfactor = 50);

create sequence ledger.batch_id;
create table ledger.batch (
  id        int8 primary key,
  slot      int2 not null,
  at        timestamptz not null,
  n         int4 not null,
  prev_hash bytea not null,
  hash      bytea not null,
  -- a batch of never or of another age would be in the books for ever
  constraint batch_in_our_time check (at >= '2020-01-01' and at < '2200-01-01')
);
create unique index batch_chain on ledger.batch (slot, prev_hash);
create index batch_at on ledger.batch (at);

-- One row is one movement of one asset with up to six legs. Columns that most rows leave empty cost nothing.
-- No foreign keys: each would fire a trigger for each row; the functions count instead, and verify compares.
create table ledger.journal (
  id    uuid not null,
  -- batch << 20 | place in the batch
  seq   int8 not null,
  amt0  int8 not null,
  amt1  int8 not null,
  amt2  int8,
  amt3  int8,
  amt4  int8,
  amt5  int8,
  -- the balance of a guarded leg 0 after this row, and what the hold that it captured had set aside
  bal0  int8,
  held0 int8,
  acc0  int4 not null,
  acc1  int4 not null,
  acc2  int4,
  acc3  int4,
  acc4  int4,
  acc5  int4,
  part  int2 not null,
  kind  text not null,
  memo  text,
  -- the natural key: what caused the posting can cause it only once, for ever
  constraint journal_once primary key (id, part),
  constraint journal_sums_to_zero check (
    amt0 + amt1 + coalesce(amt2, 0) + coalesce(amt3, 0) + coalesce(amt4, 0) + coalesce(amt5, 0) = 0),
  constraint journal_one_asset check (
    ((acc0 # acc1) & 3) = 0 and ((acc0 # acc2) & 3) = 0 and ((acc0 # acc3) & 3) = 0
    and ((acc0 # acc4) & 3) = 0 and ((acc0 # acc5) & 3) = 0),
  constraint journal_guards_leg_0 check (acc1 < 0 and acc2 < 0 and acc3 < 0 and acc4 < 0 and acc5 < 0),
  constraint journal_legs_pair check (
    (acc2 is null) = (amt2 is null) and (acc3 is null) = (amt3 is null)
    and (acc4 is null) = (amt4 is null) and (acc5 is null) = (amt5 is null)),
  constraint journal_balance_of_guarded check ((bal0 is null) = (acc0 < 0)),
  constraint journal_captured_within check (amt0 + held0 >= 0)
);
create index journal_of_account on ledger.journal (acc0, seq);
-- rows lie in the order of seq, so a range of batches is found with an index of a few pages
create index journal_of_batch on ledger.journal using brin (seq) with (pages_per_range = 32);

-- Credits set aside, only while they are. A capture writes what was held into the journal, a void into `voided`.
create table ledger.hold (
  id         uuid not null,
  acc        int4 not null,
  amt        int8 not null,
  expires_at timestamptz not null,
  constraint hold_once primary key (id, acc),
  constraint hold_above_zero check (amt > 0)
);
create table ledger.voided (
  id        uuid not null,
  acc       int4 not null,
  amt       int8 not null,
  voided_at timestamptz not null,
  constraint voided_once primary key (id, acc)
);

-- Balances ------------------------------------------------------------------------------------------------

-- The only statement that changes balances; answers what each is afterwards. Rows are locked in the order of
-- their ids, whoever calls: with hash and merge joins off, the join follows the sorted side. Reading them
-- `for update` first would do the same for twice the work.
create function ledger.move_balances(p_accounts int4[], p_posted int8[], p_released int8[], out o_accounts int4[], out o_balances int8[])
language plpgsql
set plan_cache_mode = force_generic_plan set enable_hashjoin = off set enable_mergejoin = off as $$
begin
  with moved as materialized (
    select t.a, sum(t.m)::int8 m, coalesce(sum(t.h), 0)::int8 h, count(*) n
    from unnest(p_accounts, p_posted, p_released) t(a, m, h) where t.a > 0 group by t.a order by t.a),
  changed as (
    update ledger.balance b set posted = b.posted + moved.m, held = b.held - moved.h, version = b.version + moved.n
    from moved where b.account_id = moved.a returning b.account_id, b.posted)
  select array_agg(account_id), array_agg(posted) into o_accounts, o_balances from changed;
end $$;

-- Accounts ------------------------------------------------------------------------------------------------

create function ledger.account_hash(p_prev bytea, p_number int4, p_id int4, p_key text) returns bytea
language sql immutable parallel safe
return sha256(p_prev || convert_to(concat_ws('|', p_number, p_id, p_key), 'UTF8'));

-- Opens the accounts that are new, answers the ids of all, in the order asked. One opener at a time: the
-- names are numbered without gaps and chained.
create function ledger.open_accounts(p_keys text[], p_assets int2[], p_guarded boolean[], p_series text[], p_days date[]) returns int4[]
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_ids  int4[];
  v_last ledger.account;
  v_new  record;
  v_id   int4;
begin
  select array_agg(a.id order by k.o) into v_ids
  from unnest(p_keys) with ordinality k(key, o) left join ledger.account a on a.key = k.key;
  if array_position(v_ids, null) is not null then
    perform pg_advisory_xact_lock(hashtext('ledger.account'));
    select * into v_last from ledger.account order by number desc limit 1;
    for v_new in
      select distinct on (k.key) k.* from unnest(p_keys, p_assets, p_guarded, p_series, p_days) with ordinality k(key, asset, guarded, series, day, o)
      where not exists (select from ledger.account a where a.key = k.key) order by k.key
    loop
      if v_new.asset not between 1 and 3 then raise exception 'there is no asset %', v_new.asset using errcode = 'check_violation'; end if;
      v_id := 4 * nextval('ledger.account_number');
      v_id := case when v_new.guarded then v_id else -v_id end + v_new.asset;
      insert into ledger.account (id, key, series, day, number, hash)
      values (v_id, v_new.key, v_new.series, v_new.day, coalesce(v_last.number, 0) + 1,
              ledger.account_hash(coalesce(v_last.hash, ''), coalesce(v_last.number, 0) + 1, v_id, v_new.key))
      returning * into v_last;
      if v_new.guarded then insert into ledger.balance (account_id) values (v_id); end if;
    end loop;
    select array_agg(a.id order by k.o) into v_ids
    from unnest(p_keys) with ordinality k(key, o) join ledger.account a on a.key = k.key;
  end if;
  if exists (select from unnest(v_ids, p_assets, p_guarded) v(id, asset, guarded) where (v.id & 3) <> v.asset or (v.id > 0) <> v.guarded) then
    raise exception 'an account is open already, and is of another kind' using errcode = 'check_violation', constraint = 'account_kind';
  end if;
  return v_ids;
end $$;

-- Posting -------------------------------------------------------------------------------------------------

-- One batch of a slot at a time. Whoever posts takes this before any balance, so that no two wait for each other.
create function ledger.lock_slot(p_slot int2) returns void
language sql security definer set search_path = pg_catalog, pg_temp
begin atomic
  select pg_advisory_xact_lock(hashtext('ledger.slot'), p_slot);
end;

-- What a batch says, for its hash: its columns one after the other, each as PostgreSQL writes an array.
create function ledger.batch_hash(
  p_prev bytea, p_batch int8, p_slot int2, p_at timestamptz,
  p_ids uuid[], p_parts int2[], p_kinds text[], p_memos text[], p_held int8[],
  p_acc0 int4[], p_amt0 int8[], p_acc1 int4[], p_amt1 int8[], p_acc2 int4[], p_amt2 int8[],
  p_acc3 int4[], p_amt3 int8[], p_acc4 int4[], p_amt4 int8[], p_acc5 int4[], p_amt5 int8[]) returns bytea
language sql immutable parallel safe
return sha256(p_prev || convert_to(concat_ws('|', p_batch, p_slot, extract(epoch from p_at),
  p_ids, p_parts, p_kinds, coalesce(p_memos::text, '-'), coalesce(p_held::text, '-'),
  p_acc0, p_amt0, p_acc1, p_amt1, coalesce(p_acc2::text, '-'), coalesce(p_amt2::text, '-'),
  coalesce(p_acc3::text, '-'), coalesce(p_amt3::text, '-'), coalesce(p_acc4::text, '-'), coalesce(p_amt4::text, '-'),
  coalesce(p_acc5::text, '-'), coalesce(p_amt5::text, '-')), 'UTF8'));

-- Writes one batch: journal, balances, accruals, chain. All of it or none. Not for callers: they post or capture.
-- An array that is all empty is given as null. force_custom_plan: a generic plan takes every array for ten rows
-- long and joins them in nested loops (240 of 285 ms for a thousand). Below 64 rows that is no harm, and planning
-- anew would be most of the work: there the generic plan is kept, here and in the functions below.
-- Accruals are added in here and not by a trigger: one for each row would cost four times as much.
create function ledger.write_batch(
  p_slot int2, p_at timestamptz,
  p_ids uuid[], p_parts int2[], p_kinds text[], p_memos text[], p_held int8[],
  p_acc0 int4[], p_amt0 int8[], p_acc1 int4[], p_amt1 int8[], p_acc2 int4[], p_amt2 int8[],
  p_acc3 int4[], p_amt3 int8[], p_acc4 int4[], p_amt4 int8[], p_acc5 int4[], p_amt5 int8[]) returns int8
language plpgsql set plan_cache_mode = force_custom_plan as $$
declare
  v_batch    int8;
  v_prev     bytea;
  v_accounts int4[];
  v_balances int8[];
  v_after    int8[];
  v_unknown  int4;
begin
  if cardinality(p_ids) < 64 then set local plan_cache_mode = force_generic_plan; end if;
  -- elements beyond the rows would be added up and never be written
  if cardinality(p_ids) = 0 or array_position(p_ids, null) is not null or array_position(p_acc0, null) is not null or not (
    select bool_and(n = cardinality(p_ids)) from unnest(array[
      cardinality(p_parts), cardinality(p_kinds), coalesce(cardinality(p_memos), cardinality(p_ids)), coalesce(cardinality(p_held), cardinality(p_ids)),
      cardinality(p_acc0), cardinality(p_amt0), cardinality(p_acc1), cardinality(p_amt1),
      coalesce(cardinality(p_acc2), cardinality(p_ids)), coalesce(cardinality(p_amt2), cardinality(p_ids)),
      coalesce(cardinality(p_acc3), cardinality(p_ids)), coalesce(cardinality(p_amt3), cardinality(p_ids)),
      coalesce(cardinality(p_acc4), cardinality(p_ids)), coalesce(cardinality(p_amt4), cardinality(p_ids)),
      coalesce(cardinality(p_acc5), cardinality(p_ids)), coalesce(cardinality(p_amt5), cardinality(p_ids))]) n) is true
  then
    raise exception 'a batch has rows, and each column as many elements as there are rows' using errcode = 'check_violation', constraint = 'batch_columns_match';
  end if;
  perform ledger.lock_slot(p_slot);
  v_batch := nextval('ledger.batch_id');
  select hash into v_prev from ledger.batch where slot = p_slot order by id desc limit 1;
  insert into ledger.batch (id, slot, at, n, prev_hash, hash)
  values (v_batch, p_slot, p_at, cardinality(p_ids), coalesce(v_prev, ''),
          ledger.batch_hash(coalesce(v_prev, ''), v_batch, p_slot, p_at, p_ids, p_parts, p_kinds, p_memos, p_held,
            p_acc0, p_amt0, p_acc1, p_amt1, p_acc2, p_amt2, p_acc3, p_amt3, p_acc4, p_amt4, p_acc5, p_amt5));

  -- the duplicate check is the primary key: a join against the journal in here would be planned for one row
  select * into v_accounts, v_balances from ledger.move_balances(p_acc0, p_amt0, p_held);

  -- the balance after a row is the balance after the batch less what later rows of the account move; only three
  -- columns are sorted for that, and the rows themselves go in as they came
  select array_agg(case when t.a > 0 then after.balance - t.later end order by t.o),
         count(*) filter (where t.a > 0 and after.account is null)
  into v_after, v_unknown
  from (select a, o, coalesce(sum(m) over (partition by a order by o desc rows between unbounded preceding and 1 preceding), 0) as later
        from unnest(p_acc0, p_amt0) with ordinality u(a, m, o)) t
  left join unnest(v_accounts, v_balances) after(account, balance) on after.account = t.a;
  if v_unknown > 0 then
    raise exception 'a guarded account that was never opened' using errcode = 'foreign_key_violation', constraint = 'journal_account';
  end if;
  insert into ledger.journal (id, part, seq, kind, memo, held0, bal0,
                              acc0, amt0, acc1, amt1, acc2, amt2, acc3, amt3, acc4, amt4, acc5, amt5)
  select t.id, t.part, v_batch << 20 | t.o, t.kind, t.memo, t.held, t.bal0,
         t.acc0, t.amt0, t.acc1, t.amt1, t.acc2, t.amt2, t.acc3, t.amt3, t.acc4, t.amt4, t.acc5, t.amt5
  from unnest(p_ids, p_parts, p_kinds, p_memos, p_held, v_after, p_acc0, p_amt0, p_acc1, p_amt1, p_acc2, p_amt2,
              p_acc3, p_amt3, p_acc4, p_amt4, p_acc5, p_amt5) with ordinality
         t(id, part, kind, memo, held, bal0, acc0, amt0, acc1, amt1, acc2, amt2, acc3, amt3, acc4, amt4, acc5, amt5, o);

  insert into ledger.accrual as x (account_id, minute, slot, delta, n)
  select l.a, floor(extract(epoch from p_at) / 60)::int4, p_slot, sum(l.m), count(*)
  from unnest(p_acc0 || p_acc1 || p_acc2 || p_acc3 || p_acc4 || p_acc5,
              p_amt0 || p_amt1 || p_amt2 || p_amt3 || p_amt4 || p_amt5) l(a, m)
  where l.a < 0 group by l.a order by l.a
  on conflict (account_id, minute, slot) do update set delta = x.delta + excluded.delta, n = x.n + excluded.n;
  return v_batch;
end $$;

create function ledger.post(
  p_slot int2, p_at timestamptz, p_ids uuid[], p_parts int2[], p_kinds text[], p_memos text[],
  p_acc0 int4[], p_amt0 int8[], p_acc1 int4[], p_amt1 int8[], p_acc2 int4[], p_amt2 int8[],
  p_acc3 int4[], p_amt3 int8[], p_acc4 int4[], p_amt4 int8[], p_acc5 int4[], p_amt5 int8[]) returns int8
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  return ledger.write_batch(p_slot, p_at, p_ids, p_parts, p_kinds, p_memos, null,
    p_acc0, p_amt0, p_acc1, p_amt1, p_acc2, p_amt2, p_acc3, p_amt3, p_acc4, p_amt4, p_acc5, p_amt5);
end $$;

-- Holds ---------------------------------------------------------------------------------------------------

-- Sets each amount aside, from the first purse as far as it goes and from the second for the rest. Answers what
-- was taken from the first purse for each, null where both together hold too little; null as a whole: all of it
-- from the first purses. First one update for each purse's whole total; purses that cannot cover it are asked
-- again request by request, in the order of arrival.
create function ledger.authorize(p_ids uuid[], p_first int4[], p_second int4[], p_amounts int8[], p_expires timestamptz[]) returns int8[]
language plpgsql security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan as $$
declare
  v_covered int4[];
  v_granted int4;
  v_taken   int8[];
  v_request record;
  v_first   int8;
  v_second  int8;
begin
  if cardinality(p_ids) < 64 then set local plan_cache_mode = force_generic_plan; end if;
  v_covered := ledger.set_aside(p_first, p_amounts);
  insert into ledger.hold (id, acc, amt, expires_at)
  select t.id, t.a, t.m, t.e from unnest(p_ids, p_first, p_amounts, p_expires) with ordinality t(id, a, m, e, o)
  join unnest(v_covered) c(a) on c.a = t.a order by t.o;
  get diagnostics v_granted = row_count;
  if v_granted = cardinality(p_ids) then return null; end if;

  select array_agg(case when t.a = any(v_covered) then t.m end order by t.o) into v_taken
  from unnest(p_first, p_amounts) with ordinality t(a, m, o);
  for v_request in
    select t.* from unnest(p_ids, p_first, p_second, p_amounts, p_expires) with ordinality t(id, first, second, amount, expires_at, o)
    where v_taken[t.o] is null order by t.first, t.o
  loop
    select greatest(least(b.posted - b.held, v_request.amount), 0) into v_first
    from ledger.balance b where b.account_id = v_request.first for update;
    v_first := coalesce(v_first, 0);
    v_second := v_request.amount - v_first;
    if v_second > 0 then
      update ledger.balance set held = held + v_second, version = version + 1
      where account_id = v_request.second and posted - held >= v_second;
      continue when not found;
      insert into ledger.hold values (v_request.id, v_request.second, v_second, v_request.expires_at);
    end if;
    if v_first > 0 then
      update ledger.balance set held = held + v_first, version = version + 1 where account_id = v_request.first;
      insert into ledger.hold values (v_request.id, v_request.first, v_first, v_request.expires_at);
    end if;
    v_taken[v_request.o] := v_first;
  end loop;
  return v_taken;
end $$;

-- Sets aside each account's total where there is enough of it; answers those accounts. In the order of ids.
create function ledger.set_aside(p_accounts int4[], p_amounts int8[]) returns int4[]
language plpgsql
set plan_cache_mode = force_generic_plan set enable_hashjoin = off set enable_mergejoin = off as $$
declare
  v_covered int4[];
begin
  with wanted as materialized (
    select t.a, sum(t.m)::int8 m, count(*) n from unnest(p_accounts, p_amounts) t(a, m) group by t.a order by t.a),
  set_aside as (
    update ledger.balance b set held = b.held + wanted.m, version = b.version + wanted.n
    from wanted where b.account_id = wanted.a and b.posted - b.held >= wanted.m returning b.account_id)
  select array_agg(account_id) into v_covered from set_aside;
  return v_covered;
end $$;

-- Captures every open hold of the ids, which is the gate that each passes once, and posts what they pay for. Rows
-- that take from a guarded account take from its hold of the same id, no more than it holds; the rest is free again.
create function ledger.capture(
  p_slot int2, p_at timestamptz, p_ids uuid[], p_parts int2[], p_kinds text[], p_memos text[],
  p_acc0 int4[], p_amt0 int8[], p_acc1 int4[], p_amt1 int8[], p_acc2 int4[], p_amt2 int8[],
  p_acc3 int4[], p_amt3 int8[], p_acc4 int4[], p_amt4 int8[], p_acc5 int4[], p_amt5 int8[]) returns int8
language plpgsql security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan as $$
declare
  v_ids    uuid[];
  v_accs   int4[];
  v_amts   int8[];
  v_held   int8[];
  v_places int8[];
  v_short  int4;
  v_unused int4;
begin
  if cardinality(p_ids) < 64 then set local plan_cache_mode = force_generic_plan; end if;
  -- before the balances that the holds are on
  perform ledger.lock_slot(p_slot);
  with gone as (delete from ledger.hold where id = any(p_ids) returning id, acc, amt)
  select array_agg(id), array_agg(acc), array_agg(amt) into v_ids, v_accs, v_amts from gone;

  -- of several rows that take from one hold, the first is said to hold what the later ones leave
  with taking as (
    select t.*, row_number() over (same order by t.o) as nth, sum(t.m) over same as total
    from unnest(p_ids, p_acc0, p_amt0) with ordinality t(id, a, m, o) where t.a > 0 window same as (partition by t.id, t.a)),
  matched as (
    select taking.*, h.amt from taking left join unnest(v_ids, v_accs, v_amts) h(id, acc, amt) on h.id = taking.id and h.acc = taking.a),
  held as (
    select array_agg(case when nth = 1 then amt + total - m else -m end order by o) as helds, array_agg(o order by o) as places,
           count(*) filter (where amt is null or amt + total < 0) as short, count(*) filter (where nth = 1) as used from matched)
  select helds, places, short, coalesce(cardinality(v_ids), 0) - used into v_held, v_places, v_short, v_unused from held;
  if v_held is null or v_short > 0 then
    raise exception 'a hold is not open, or smaller than what is captured' using errcode = 'check_violation', constraint = 'hold_open_once';
  end if;
  if cardinality(v_held) < cardinality(p_ids) then
    select array_agg(h.held order by t.o) into v_held
    from unnest(p_ids) with ordinality t(id, o) left join unnest(v_places, v_held) h(o, held) on h.o = t.o;
  end if;
  if v_unused > 0 then
    perform ledger.release(p_at, v_ids, v_accs, v_amts, p_ids, p_acc0);
  end if;
  return ledger.write_batch(p_slot, p_at, p_ids, p_parts, p_kinds, p_memos, v_held,
    p_acc0, p_amt0, p_acc1, p_amt1, p_acc2, p_amt2, p_acc3, p_amt3, p_acc4, p_amt4, p_acc5, p_amt5);
end $$;

-- Frees holds that are gone from the table, except those that rows (id, account) account for.
create function ledger.release(p_at timestamptz, p_ids uuid[], p_accs int4[], p_amts int8[], p_row_ids uuid[], p_row_accs int4[]) returns void
language plpgsql set plan_cache_mode = force_custom_plan as $$
declare
  v_accs int4[];
  v_amts int8[];
begin
  with freed as (
    insert into ledger.voided (id, acc, amt, voided_at)
    select h.id, h.acc, h.amt, p_at from unnest(p_ids, p_accs, p_amts) h(id, acc, amt)
    left join (select distinct * from unnest(p_row_ids, p_row_accs) r(id, acc)) r on r.id = h.id and r.acc = h.acc where r.id is null
    returning acc, amt)
  select array_agg(acc), array_agg(amt) into v_accs, v_amts from freed;
  perform ledger.move_balances(v_accs, array_fill(0::int8, array[cardinality(v_accs)]), v_amts);
end $$;

-- Frees every open hold of the ids; answers those that had one.
create function ledger.void(p_at timestamptz, p_ids uuid[]) returns uuid[]
language plpgsql security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan as $$
declare
  v_ids  uuid[];
  v_accs int4[];
  v_amts int8[];
begin
  if cardinality(p_ids) < 64 then set local plan_cache_mode = force_generic_plan; end if;
  with gone as (delete from ledger.hold where id = any(p_ids) returning id, acc, amt)
  select array_agg(id), array_agg(acc), array_agg(amt) into v_ids, v_accs, v_amts from gone;
  if v_ids is null then return array[]::uuid[]; end if;
  perform ledger.release(p_at, v_ids, v_accs, v_amts, null, null);
  return array(select distinct unnest(v_ids));
end $$;

-- Holds that outlived their time, the oldest first. Whoever asks ends what they were for and voids them in one
-- transaction. No index: the table is only what is open, and an index would cost every hold more than this look.
create function ledger.expired(p_at timestamptz, p_limit int4) returns uuid[]
language sql stable security definer set search_path = pg_catalog, pg_temp
return array(select id from ledger.hold where expires_at <= p_at group by id order by min(expires_at) limit p_limit);

-- Keeps balances as they are until the transaction ends, in the order of ids; the slot first, as for every poster.
create function ledger.lock_balances(p_slot int2, p_accounts int4[]) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform ledger.lock_slot(p_slot);
  perform 1 from ledger.balance where account_id = any(p_accounts) order by account_id for update;
end $$;

-- For readers ---------------------------------------------------------------------------------------------

create view ledger.accounts as
  select id, key, (array['CREDIT', 'USD', 'STELAI'])[id & 3] as asset, id > 0 as guarded, series, day, number, hash from ledger.account;
create view ledger.balances as select account_id, posted, held, version from ledger.balance;
create view ledger.accruals as select account_id, minute, slot, delta, n from ledger.accrual;
create view ledger.batches as select id, slot, at, n, prev_hash, hash from ledger.batch;
create view ledger.rows as select * from ledger.journal;
create view ledger.open_holds as select id, acc as account_id, amt as amount, expires_at from ledger.hold;
create view ledger.voids as select id, acc as account_id, amt as amount, voided_at from ledger.voided;
-- One row a leg, as an accountant writes it.
create view ledger.entries as
  select j.id, j.part, j.seq, l.leg, l.account_id, l.amount, j.kind, j.memo, j.seq >> 20 as batch_id, b.at
  from ledger.journal j join ledger.batch b on b.id = j.seq >> 20
  cross join lateral (values (0, j.acc0, j.amt0), (1, j.acc1, j.amt1), (2, j.acc2, j.amt2),
                             (3, j.acc3, j.amt3), (4, j.acc4, j.amt4), (5, j.acc5, j.amt5)) l(leg, account_id, amount)
  where l.account_id is not null;

-- The journal is written once. Whoever can change it can change what people earned.
create trigger journal_append_only before update or delete or truncate on ledger.journal
  for each statement execute function kit.refuse_change();
create trigger batch_append_only before update or delete or truncate on ledger.batch
  for each statement execute function kit.refuse_change();
create trigger account_append_only before update or delete or truncate on ledger.account
  for each statement execute function kit.refuse_change();
create trigger voided_append_only before update or delete or truncate on ledger.voided
  for each statement execute function kit.refuse_change();

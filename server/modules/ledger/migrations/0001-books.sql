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
-- No foreign keys: each would fire a trigger for each row. A guarded account without a balance is refused by
-- `write_batch`, an accruing one that was never opened by the key of the accruals; verify compares.
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

-- The sum of whole numbers as a whole number, out of range refused; PostgreSQL's own makes a numeric of every group.
create aggregate ledger.total(int8) (sfunc = int8pl, stype = int8, initcond = '0', parallel = safe);

-- The only statement that moves what is posted, and frees what was held; answers what each balance is afterwards.
-- Rows are locked in the order of their ids, as in `set_aside`: the index is walked once along the ids, and a hash join keeps that order (both sides
-- have it). Reading the rows `for update` first would do the same for twice the work.
-- Arrays are taken apart in the select list, here and below: in `from`, each would be written out and read again.
create function ledger.move_balances(p_accounts int4[], p_posted int8[], p_released int8[], out o_accounts int4[], out o_balances int8[])
language plpgsql
set plan_cache_mode = force_generic_plan set enable_nestloop = off set enable_mergejoin = off set enable_bitmapscan = off set enable_seqscan = off as $$
begin
  with moved as materialized (
    select t.a, ledger.total(t.m) m, ledger.total(t.h) h
    from (select unnest(p_accounts) a, unnest(p_posted) m, unnest(p_released) h) t where t.a > 0 group by t.a order by t.a),
  changed as (
    update ledger.balance b set posted = b.posted + moved.m, held = b.held - moved.h
    from moved where b.account_id = any(p_accounts) and b.account_id = moved.a returning b.account_id, b.posted)
  select array_agg(account_id), array_agg(posted) into o_accounts, o_balances from changed;
end $$;

-- Accounts ------------------------------------------------------------------------------------------------

create function ledger.account_hash(p_prev bytea, p_number int4, p_id int4, p_key text) returns bytea
language sql immutable parallel safe
return sha256(p_prev || convert_to(concat_ws('|', p_number, p_id, p_key), 'UTF8'));

-- Opens the accounts that are new, answers the ids of all, in the order asked. One opener at a time: the
-- names are numbered without gaps and chained. Nobody posts meanwhile, so that openers and posters cannot wait
-- for each other.
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
    perform ledger.lock_slot(null);
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

-- Whoever posts takes this first, before any balance, so that no two posters wait for each other. Whoever posts twice
-- also locks the balances of all it will move before the first (`lock_balances`): others hold and free without a
-- slot, in the order of ids. With a slot: one batch
-- of the slot at a time, beside those of other slots. Without (null): alone, as acts need that read balances before
-- they post, or post twice; their batches are of slot 0.
create function ledger.lock_slot(p_slot int2) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if p_slot is null then
    perform pg_advisory_xact_lock(hashtext('ledger'));
  else
    perform pg_advisory_xact_lock_shared(hashtext('ledger'));
    perform pg_advisory_xact_lock(hashtext('ledger.slot'), p_slot);
  end if;
end $$;

-- What a batch says, for its hash: its number, slot and time and then its columns, each as PostgreSQL sends it to a
-- client that asked for binary; nothing but a dash for a column in which there is nothing.
create function ledger.batch_hash(
  p_prev bytea, p_batch int8, p_slot int2, p_at timestamptz,
  p_ids uuid[], p_parts int2[], p_kinds text[], p_memos text[], p_held int8[],
  p_acc0 int4[], p_amt0 int8[], p_acc1 int4[], p_amt1 int8[], p_acc2 int4[], p_amt2 int8[],
  p_acc3 int4[], p_amt3 int8[], p_acc4 int4[], p_amt4 int8[], p_acc5 int4[], p_amt5 int8[]) returns bytea
language sql immutable parallel safe
return sha256(p_prev || int8send(p_batch) || int2send(p_slot) || timestamptz_send(p_at)
  || array_send(p_ids) || array_send(p_parts) || array_send(p_kinds)
  || coalesce(array_send(p_memos), '-') || coalesce(array_send(p_held), '-')
  || array_send(p_acc0) || array_send(p_amt0) || array_send(p_acc1) || array_send(p_amt1)
  || coalesce(array_send(p_acc2), '-') || coalesce(array_send(p_amt2), '-') || coalesce(array_send(p_acc3), '-') || coalesce(array_send(p_amt3), '-')
  || coalesce(array_send(p_acc4), '-') || coalesce(array_send(p_amt4), '-') || coalesce(array_send(p_acc5), '-') || coalesce(array_send(p_amt5), '-'));

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
  v_slot     int2 := coalesce(p_slot, 0);
  v_batch    int8;
  v_prev     bytea;
  v_accounts int4[];
  v_balances int8[];
  v_after    int8[];
  v_unknown  int4;
begin
  if cardinality(p_ids) < 64 then set local plan_cache_mode = force_generic_plan; end if;
  -- elements beyond the rows would be added up and never be written
  if cardinality(p_ids) not between 1 and (1 << 20) - 1 or array_position(p_ids, null) is not null or array_position(p_acc0, null) is not null or not (
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
  -- the duplicate check is the primary key: a join against the journal in here would be planned for one row
  select * into v_accounts, v_balances from ledger.move_balances(p_acc0, p_amt0, p_held);

  -- the number is drawn while the balances are locked: the batches of an account are in the order in which they
  -- moved it, in whatever slots they are
  v_batch := nextval('ledger.batch_id');
  select hash into v_prev from ledger.batch where slot = v_slot order by id desc limit 1;
  insert into ledger.batch (id, slot, at, n, prev_hash, hash)
  values (v_batch, v_slot, p_at, cardinality(p_ids), coalesce(v_prev, ''),
          ledger.batch_hash(coalesce(v_prev, ''), v_batch, v_slot, p_at, p_ids, p_parts, p_kinds, p_memos, p_held,
            p_acc0, p_amt0, p_acc1, p_amt1, p_acc2, p_amt2, p_acc3, p_amt3, p_acc4, p_amt4, p_acc5, p_amt5));

  -- the balance after a row is the balance after the batch less what later rows of the account move; only three
  -- columns are sorted for that, and the rows themselves go in as they came
  select array_agg(case when t.a > 0 then after.balance - t.later end order by t.o),
         count(*) filter (where t.a > 0 and after.account is null)
  into v_after, v_unknown
  from (select a, o, ledger.total(m) over (partition by a order by o desc rows between unbounded preceding and 1 preceding) as later
        from (select unnest(p_acc0) a, unnest(p_amt0) m, generate_subscripts(p_acc0, 1) o) u) t
  left join unnest(v_accounts, v_balances) after(account, balance) on after.account = t.a;
  if v_unknown > 0 then
    raise exception 'a guarded account that was never opened' using errcode = 'foreign_key_violation', constraint = 'journal_account';
  end if;
  insert into ledger.journal (id, part, seq, kind, memo, held0, bal0,
                              acc0, amt0, acc1, amt1, acc2, amt2, acc3, amt3, acc4, amt4, acc5, amt5)
  select unnest(p_ids), unnest(p_parts), v_batch << 20 | generate_series(1, cardinality(p_ids)), unnest(p_kinds), unnest(p_memos), unnest(p_held), unnest(v_after),
         unnest(p_acc0), unnest(p_amt0), unnest(p_acc1), unnest(p_amt1), unnest(p_acc2), unnest(p_amt2),
         unnest(p_acc3), unnest(p_amt3), unnest(p_acc4), unnest(p_amt4), unnest(p_acc5), unnest(p_amt5);

  insert into ledger.accrual as x (account_id, minute, slot, delta, n)
  select l.a, floor(extract(epoch from p_at) / 60)::int4, v_slot, ledger.total(l.m), count(*)
  from (select unnest(p_acc0 || p_acc1 || p_acc2 || p_acc3 || p_acc4 || p_acc5) a,
               unnest(p_amt0 || p_amt1 || p_amt2 || p_amt3 || p_amt4 || p_amt5) m) l
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
-- from the first purses. First one update for each purse's whole total; when a purse cannot cover it, that is taken
-- back, all purses are locked in the order of their ids (whoever kept the first locks would wait in a circle with
-- a poster), and the purses that fall short are asked request by request, in the order of arrival.
create function ledger.authorize(p_ids uuid[], p_first int4[], p_second int4[], p_amounts int8[], p_expires timestamptz[]) returns int8[]
language plpgsql security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan as $$
declare
  v_covered    int4[];
  v_covers_all boolean;
  v_taken      int8[];
  v_request    record;
  v_first      int8;
  v_second     int8;
begin
  if cardinality(p_ids) < 64 then set local plan_cache_mode = force_generic_plan; end if;
  begin
    select * into v_covered, v_covers_all from ledger.set_aside(p_first, p_amounts);
    if not v_covers_all then raise sqlstate 'L0001'; end if;
    insert into ledger.hold (id, acc, amt, expires_at)
    select unnest(p_ids), unnest(p_first), unnest(p_amounts), unnest(p_expires);
    return null;
  exception when sqlstate 'L0001' then null;
  end;

  perform 1 from ledger.balance where account_id = any(p_first || p_second) order by account_id for update;
  select * into v_covered, v_covers_all from ledger.set_aside(p_first, p_amounts);
  with asked as (
    select t.*, c.a is not null as covered
    from unnest(p_ids, p_first, p_amounts, p_expires) with ordinality t(id, a, m, e, o) left join unnest(v_covered) c(a) on c.a = t.a),
  granted as (
    insert into ledger.hold (id, acc, amt, expires_at) select id, a, m, e from asked where covered order by o)
  select array_agg(case when covered then m end order by o) into v_taken from asked;
  for v_request in
    select t.* from unnest(p_ids, p_first, p_second, p_amounts, p_expires) with ordinality t(id, first, second, amount, expires_at, o)
    where v_taken[t.o] is null order by t.first, t.o
  loop
    select greatest(least(b.posted - b.held, v_request.amount), 0) into v_first
    from ledger.balance b where b.account_id = v_request.first;
    v_first := coalesce(v_first, 0);
    v_second := v_request.amount - v_first;
    if v_second > 0 then
      update ledger.balance set held = held + v_second
      where account_id = v_request.second and posted - held >= v_second;
      continue when not found;
      insert into ledger.hold values (v_request.id, v_request.second, v_second, v_request.expires_at);
    end if;
    if v_first > 0 then
      update ledger.balance set held = held + v_first where account_id = v_request.first;
      insert into ledger.hold values (v_request.id, v_request.first, v_first, v_request.expires_at);
    end if;
    v_taken[v_request.o] := v_first;
  end loop;
  return v_taken;
end $$;

-- Sets aside each account's total where there is enough of it; answers those accounts, and whether it is all of
-- them. In the order of ids, as balances are moved.
create function ledger.set_aside(p_accounts int4[], p_amounts int8[], out o_covered int4[], out o_covers_all boolean)
language plpgsql
set plan_cache_mode = force_generic_plan
set enable_nestloop = off set enable_mergejoin = off set enable_bitmapscan = off set enable_seqscan = off as $$
begin
  with wanted as materialized (
    select t.a, ledger.total(t.m) m from (select unnest(p_accounts) a, unnest(p_amounts) m) t group by t.a order by t.a),
  covered as (
    update ledger.balance b set held = b.held + wanted.m
    from wanted where b.account_id = any(p_accounts) and b.account_id = wanted.a and b.posted - b.held >= wanted.m returning b.account_id)
  select array_agg(account_id), count(*) = (select count(*) from wanted) into o_covered, o_covers_all from covered;
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
  v_ids     uuid[];
  v_accs    int4[];
  v_amts    int8[];
  v_held    int8[];
  v_enough  boolean;
  v_taking  int4;
  v_matched int4;
  v_used    int4;
begin
  if cardinality(p_ids) < 64 then set local plan_cache_mode = force_generic_plan; end if;
  -- before the balances that the holds are on
  perform ledger.lock_slot(p_slot);
  with gone as (delete from ledger.hold where id = any(p_ids) returning id, acc, amt)
  select array_agg(id), array_agg(acc), array_agg(amt) into v_ids, v_accs, v_amts from gone;

  -- what each row takes was held by one hold, as a rule by one for each row
  select array_agg(h.amt order by t.o), bool_and(h.amt + t.m >= 0) filter (where t.a > 0),
         count(*) filter (where t.a > 0), count(h.place), count(distinct h.place)
  into v_held, v_enough, v_taking, v_matched, v_used
  from (select unnest(p_ids) id, unnest(p_acc0) a, unnest(p_amt0) m, generate_subscripts(p_ids, 1) o) t
  left join (select unnest(v_ids) id, unnest(v_accs) acc, unnest(v_amts) amt, generate_subscripts(v_ids, 1) place) h
  on h.id = t.id and h.acc = t.a;
  if v_matched = v_taking and v_used < v_matched then
    -- of several rows that take from one hold, the first is said to hold what the later ones leave
    with taking as (
      select t.*, row_number() over (same order by t.o) as nth, ledger.total(t.m) over same as total
      from (select unnest(p_ids) id, unnest(p_acc0) a, unnest(p_amt0) m, generate_subscripts(p_ids, 1) o) t
      window same as (partition by t.id, t.a)),
    matched as (
      select taking.o, case when nth = 1 then amt + total - m when amt is not null then -m end as held, amt + total >= 0 as enough
      from taking left join unnest(v_ids, v_accs, v_amts) h(id, acc, amt) on h.id = taking.id and h.acc = taking.a)
    select array_agg(held order by o), bool_and(enough) into v_held, v_enough from matched;
  end if;
  if v_taking = 0 or v_matched < v_taking or not v_enough then
    raise exception 'a hold is not open, or smaller than what is captured' using errcode = 'check_violation', constraint = 'hold_open_once';
  end if;
  if v_used < cardinality(v_ids) then
    -- two walks along the balances: locked once before, in the order of ids
    perform 1 from ledger.balance where account_id = any(v_accs) order by account_id for update;
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

-- Keeps balances as they are until the transaction ends, in the order of ids, and nobody else posts.
create function ledger.lock_balances(p_accounts int4[]) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform ledger.lock_slot(null);
  perform 1 from ledger.balance where account_id = any(p_accounts) order by account_id for update;
end $$;

-- For readers ---------------------------------------------------------------------------------------------

create view ledger.accounts as
  select id, key, (array['CREDIT', 'USD', 'STELAI'])[id & 3] as asset, id > 0 as guarded, series, day, number, hash from ledger.account;
create view ledger.balances as select account_id, posted, held from ledger.balance;
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

create schema ledger;

-- Double entry, append only. An amount is positive when it is owed to the account (a credit) and
-- negative when the account gives or owns (a debit); every row of the journal sums to zero.

create table ledger.account (
  id      int4 generated always as identity primary key,
  key     text not null unique,
  asset   text not null check (asset in ('CREDIT', 'USD', 'STELAI')),
  guarded boolean not null
);

-- Guarded accounts: one row, never below zero, parts of it set aside by holds.
create table ledger.balance (
  account_id int4 primary key references ledger.account,
  posted     int8 not null default 0,
  held       int8 not null default 0,
  version    int8 not null default 0,
  constraint balance_held_not_negative check (held >= 0),
  constraint balance_not_overdrawn check (posted - held >= 0)
) with (fillfactor = 50);

-- Accruing accounts: one row a minute and poster slot, so that many posters share no hot row
-- and earnings by the minute come for free.
create table ledger.accrual (
  minute     int4 not null,
  account_id int4 not null references ledger.account,
  slot       int2 not null,
  delta      int8 not null,
  n          int4 not null,
  primary key (account_id, minute, slot)
) with (fillfactor = 50);

create sequence ledger.batch_id;
create table ledger.batch (
  id        int8 primary key,
  slot      int2 not null,
  at        timestamptz not null,
  n         int4 not null,
  prev_hash bytea not null,
  hash      bytea not null
);
create unique index batch_chain on ledger.batch (slot, prev_hash);

create function ledger.is_balanced(amounts int8[]) returns boolean
language sql immutable strict parallel safe
return (select coalesce(sum(amount), 0) = 0 from unnest(amounts) amount);

create table ledger.journal (
  id       uuid not null,
  part     int2 not null,
  batch_id int8 not null,
  ordinal  int4 not null,
  kind     text not null,
  asset    text not null,
  accounts int4[] not null,
  amounts  int8[] not null,
  memo     text not null,
  -- the natural key: what caused the posting can cause it only once, for ever
  constraint journal_once primary key (id, part),
  constraint journal_legs_pair check (cardinality(accounts) = cardinality(amounts) and cardinality(accounts) >= 2),
  constraint journal_sums_to_zero check (ledger.is_balanced(amounts))
);
create unique index journal_order on ledger.journal (batch_id, ordinal);
create index journal_of_account on ledger.journal using gin (accounts);

-- Credits set aside; captured or voided exactly once, and kept afterwards as the history of the wallet.
create table ledger.hold (
  id          uuid not null,
  account_id  int4 not null references ledger.balance,
  amount      int8 not null check (amount > 0),
  memo        text not null,
  placed_at   timestamptz not null,
  resolved_at timestamptz,
  outcome     text check (outcome in ('captured', 'voided')),
  captured    int8,
  primary key (id, account_id),
  constraint hold_resolved_once check ((resolved_at is null) = (outcome is null) and (outcome is null) = (captured is null)),
  constraint hold_captured_within check (captured between 0 and amount)
);
create index hold_of_account on ledger.hold (account_id, placed_at desc);
create index hold_open on ledger.hold (account_id) where resolved_at is null;

-- What a row of the journal says, for its hash.
create function ledger.row_digest(j ledger.journal) returns bytea
language sql immutable
return sha256(convert_to(concat_ws('|', j.id, j.part, j.ordinal, j.kind, j.asset, j.accounts::text, j.amounts::text, j.memo), 'UTF8'));

-- Posts a batch: [{id, part, kind, asset, memo, accounts: [int], amounts: ["int"]}]. All of it or none.
create function ledger.post(p_slot int2, p_at timestamptz, p_postings jsonb) returns int8
language plpgsql as $$
declare
  v_batch int8;
  v_prev  bytea;
begin
  -- one batch of a slot at a time: the chain of hashes has no forks
  perform pg_advisory_xact_lock(hashtext('ledger.slot'), p_slot);
  v_batch := nextval('ledger.batch_id');
  select hash into v_prev from ledger.batch where slot = p_slot order by id desc limit 1;
  v_prev := coalesce(v_prev, sha256(''));

  insert into ledger.journal (id, part, batch_id, ordinal, kind, asset, accounts, amounts, memo)
  select (p->>'id')::uuid, (p->>'part')::int2, v_batch, o, p->>'kind', p->>'asset',
         array(select a::int4 from jsonb_array_elements_text(p->'accounts') with ordinality t(a, i) order by i),
         array(select a::int8 from jsonb_array_elements_text(p->'amounts') with ordinality t(a, i) order by i),
         p->>'memo'
  from jsonb_array_elements(p_postings) with ordinality q(p, o);

  if exists (select from ledger.journal j, unnest(j.accounts) leg join ledger.account a on a.id = leg
             where j.batch_id = v_batch and a.asset <> j.asset) then
    raise exception 'an account of another asset in a posting' using errcode = 'check_violation', constraint = 'journal_one_asset';
  end if;

  insert into ledger.batch (id, slot, at, n, prev_hash, hash)
  select v_batch, p_slot, p_at, count(*), v_prev,
         sha256(v_prev || convert_to(v_batch || '|' || p_slot || '|' || extract(epoch from p_at), 'UTF8')
                || string_agg(ledger.row_digest(j), ''::bytea order by j.ordinal))
  from ledger.journal j where j.batch_id = v_batch;

  -- always locked in the same order, here and where holds are placed
  perform 1 from ledger.balance where account_id in
    (select unnest(accounts) from ledger.journal where batch_id = v_batch) order by account_id for update;
  update ledger.balance b set posted = b.posted + d.amount, version = b.version + 1
  from (select l.account, sum(l.amount)::int8 amount
        from ledger.journal j, unnest(j.accounts, j.amounts) l(account, amount)
        where j.batch_id = v_batch group by l.account) d
  where b.account_id = d.account;

  insert into ledger.accrual as x (minute, account_id, slot, delta, n)
  select floor(extract(epoch from p_at) / 60)::int4, l.account, p_slot, sum(l.amount), count(*)
  from ledger.journal j, unnest(j.accounts, j.amounts) l(account, amount)
  join ledger.account a on a.id = l.account and not a.guarded
  where j.batch_id = v_batch group by l.account order by l.account
  on conflict (account_id, minute, slot) do update set delta = x.delta + excluded.delta, n = x.n + excluded.n;

  return v_batch;
end $$;

-- Sets amounts aside: [{id, account_id, amount, memo}]. Overdraft breaks balance_not_overdrawn.
create function ledger.place_holds(p_at timestamptz, p_holds jsonb) returns void
language plpgsql as $$
begin
  perform 1 from ledger.balance where account_id in
    (select (h->>'account_id')::int4 from jsonb_array_elements(p_holds) h) order by account_id for update;
  insert into ledger.hold (id, account_id, amount, memo, placed_at)
  select (h->>'id')::uuid, (h->>'account_id')::int4, (h->>'amount')::int8, h->>'memo', p_at
  from jsonb_array_elements(p_holds) h;
  update ledger.balance b set held = b.held + d.amount, version = b.version + 1
  from (select (h->>'account_id')::int4 account_id, sum((h->>'amount')::int8)::int8 amount
        from jsonb_array_elements(p_holds) h group by 1) d
  where b.account_id = d.account_id;
end $$;

-- Resolves holds: [{id, account_id, captured}]; captured 0 and outcome 'voided' frees it whole.
-- A hold that is not open any more breaks the act: nothing is captured or freed twice.
create function ledger.resolve_holds(p_at timestamptz, p_outcome text, p_holds jsonb) returns void
language plpgsql as $$
declare
  v_resolved int;
begin
  perform 1 from ledger.balance where account_id in
    (select (h->>'account_id')::int4 from jsonb_array_elements(p_holds) h) order by account_id for update;
  with given as (
    select (h->>'id')::uuid id, (h->>'account_id')::int4 account_id, (h->>'captured')::int8 captured
    from jsonb_array_elements(p_holds) h),
  resolved as (
    update ledger.hold h set resolved_at = p_at, outcome = p_outcome, captured = g.captured
    from given g where h.id = g.id and h.account_id = g.account_id and h.resolved_at is null
    returning h.account_id, h.amount),
  freed as (
    update ledger.balance b set held = b.held - d.amount, version = b.version + 1
    from (select account_id, sum(amount)::int8 amount from resolved group by account_id) d
    where b.account_id = d.account_id returning 1)
  select count(*) into v_resolved from resolved;
  if v_resolved <> jsonb_array_length(p_holds) then
    raise exception 'a hold is not open' using errcode = 'check_violation', constraint = 'hold_open_once';
  end if;
end $$;

-- The journal is written once. Whoever can change it can change what people earned.
create function ledger.refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% on %.% is not allowed: the journal is append only', tg_op, tg_table_schema, tg_table_name
    using errcode = 'insufficient_privilege';
end $$;
create trigger journal_append_only before update or delete or truncate on ledger.journal
  for each statement execute function ledger.refuse_change();
create trigger batch_append_only before update or delete or truncate on ledger.batch
  for each statement execute function ledger.refuse_change();

-- What an auditor reads, with any SQL client, as the role `stellary_auditor`: these views and nothing else. Their
-- names, columns and meaning stay when the tables behind them change; a column may be added at the end.
-- Amounts are whole micro-units of their asset (STELAI: nano), positive when owed to the account.
-- Made anew at every start, by whoever owns the database.
create schema if not exists audit;

-- One row a leg of every posting. `ref` is what caused it: a generation, a purchase, a payout. The entries of one ref
-- and asset sum to zero.
create or replace view audit.ledger_entries as
  select e.id || '/' || e.part || '/' || e.leg as id, a.asset, a.key as account, e.amount, e.kind, e.id as ref, e.at
  from ledger.entries e join ledger.accounts a on a.id = e.account_id;

-- Every account with what lies in it now; `held` is the part of it that is set aside. All of one asset sum to zero.
create or replace view audit.balances as
  select a.key as account, a.asset, a.guarded, coalesce(b.posted, x.total, 0)::int8 as balance, coalesce(b.held, 0) as held
  from ledger.accounts a
  left join ledger.balances b on b.account_id = a.id
  left join (select account_id, sum(delta) as total from ledger.accruals group by account_id) x on x.account_id = a.id;

-- Every generation that was ever asked for. `price` is what was held for it, `charged` what was taken, `refunded` what
-- the payer had back of it.
create or replace view audit.generations as
  select g.id, g.payer_id as payer, g.release_id as release, (g.terms->'model'->>'creator_id')::uuid as creator,
         g.price_micros as price, g.state, k.key as idempotency_key, g.created_at as at, g.charged_micros as charged,
         coalesce(f.refunded, 0)::int8 as refunded
  from generation.generation g
  left join kit.idempotency k on k.actor_id = g.payer_id and k.endpoint = 'createGeneration' and k.subject = g.id::text
  left join earnings.reversal r on r.generation_id = g.id and r.cause = 'refund'
  left join lateral (
    select sum(e.amount) as refunded from ledger.entries e join ledger.accounts a on a.id = e.account_id
    where e.id = r.id and a.key like 'member:%') f on true;

-- The id of what follows from something else. The same words always give the same id, and nobody can post it twice:
-- `audit.id_of('refund', <generation>)`. It is how the product makes them (server/ids.ts).
create or replace function audit.id_of(variadic words text[]) returns uuid language sql stable parallel safe
return (
  select encode(set_byte(set_byte(h, 6, get_byte(h, 6) & 15 | 128), 8, get_byte(h, 8) & 63 | 128), 'hex')::uuid
  from (
    select substr(sha256(string_agg(convert_to(word, 'UTF8'), '\x00'::bytea order by place)), 1, 16) as h
    from unnest(array['3c1b1a3e-7c39-4d53-9f0f-6f2f5f8f3a10'] || words) with ordinality w(word, place)) digest);

-- Why it was posted: one row for every `ref` of audit.ledger_entries. `generation` and `purchase` are those that it is
-- about, where it is about one. `person` is the payer of that generation, or the buyer of that purchase, or whoever's
-- account it is; null where it is nobody's or several persons'. `subject` is what was decided about: the id of a
-- generation, purchase, case, adjustment, payout, round, award, campaign or epoch, the key of a budget, the day that matured, the
-- transaction on the chain that did it; whoever
-- of the staff decided it stands in audit.log with the same `subject` and the same `at`. `reason` is what they said.
create or replace view audit.causes as
  with known(ref, generation, purchase, subject, reason, shown_by) as (
    -- what was taken back of a generation has its id written down
    select x.id, x.generation_id, c.purchase_id, coalesce(c.purchase_id, x.case_id, x.generation_id)::text, x.reason, null::uuid
    from earnings.reversal x left join earnings.case c on c.id = x.case_id
    union all
    select audit.id_of('vesting', v.generation_id::text), v.generation_id, null, v.generation_id::text, null, null
    from earnings.vested v
    union all
    select audit.id_of(w.word, c.id::text), null, c.purchase_id, coalesce(c.purchase_id, c.id)::text, w.reason, null
    from earnings.case c left join earnings.resolution z on z.case_id = c.id
    cross join lateral (values ('case hold', c.reason), ('case release', z.note)) w(word, reason)
    union all
    -- while a claim stands, what its leg earns joins its case with each settlement
    select distinct audit.id_of('case hold', l.case_id::text, l.generation_id::text), l.generation_id, null::uuid,
           l.case_id::text, null, null::uuid
    from earnings.claim m join earnings.case_line l using (case_id)
    union all
    select audit.id_of(w.word, c.purchase_id::text), null, c.purchase_id, c.purchase_id::text, w.reason, null
    from earnings.case c left join earnings.resolution z on z.case_id = c.id
    cross join lateral (values ('dispute', c.reason), ('dispute won', z.note), ('dispute lost', z.note)) w(word, reason)
    where c.purchase_id is not null
    union all
    select audit.id_of('pack bonus', p.id::text), null, p.id, p.id::text, null, null from earnings.purchase p
    union all
    -- of a bonus something went back as often as the wallet says at most
    select audit.id_of('promo expiry', audit.id_of('pack bonus', p.id::text)::text, n::text), null, p.id, p.id::text, null, null
    from earnings.purchase p join ledger.accounts a on a.key = 'member:' || p.buyer_id || ':promo'
    cross join lateral generate_series(0, (select count(*) from ledger.rows j where j.acc0 = a.id and j.kind = 'expiry')) n
    union all
    select audit.id_of(w.word, p.id), null, null, p.id, null, audit.id_of('payout reserved', p.id)
    from (select split_part(a.key, ':', 2) as id from ledger.accounts a where a.key like 'payout:%:reserved') p
    cross join (values ('payout reserved'), ('payout paid'), ('payout failed'), ('payout returned')) w(word)
    union all
    select audit.id_of(w.word, r.id), null, null, r.id, null, null
    from (select split_part(a.key, ':', 2) as id from ledger.accounts a where a.key like 'round:%:escrow') r
    cross join (values ('prize escrow'), ('prize escrow returned')) w(word)
    union all
    select audit.id_of('award taken back', j.id::text), null, null, j.id::text, null, null
    from (select distinct id from ledger.rows where kind = 'award') j
    union all
    select audit.id_of(w.word, c.id), null, null, c.id, null, null
    from (select split_part(a.key, ':', 3) as id from ledger.accounts a where a.key like 'budget:campaign:%') c
    cross join (values ('campaign budget'), ('campaign rest')) w(word)
    union all
    select audit.id_of(w.word, c.epoch_id::text, c.person_id::text), null, null, c.epoch_id::text, w.reason, null
    from rewards.commitment c join rewards.epoch e on e.id = c.epoch_id
    cross join lateral (values ('commitment', null), ('commitment voided', e.void_reason)) w(word, reason)
    union all
    select case e.kind when 'deposited' then audit.id_of('pool funded', e.block_hash, e.log_index::text)
             when 'surplus_recovered' then audit.id_of('surplus taken', e.block_hash, e.log_index::text)
             else audit.id_of('claim', d.chain_id::text, d.distributor, e.wallet, e.cumulative_nanos::text) end,
           null, null, e.tx_hash, null, null
    from rewards.chain_event e cross join rewards.deployment d where e.kind in ('deposited', 'surplus_recovered', 'claimed'))
  select t.ref, t.kind, g.id as generation,
         p.id as purchase, coalesce(g.payer_id, p.buyer_id, legs.person) as person,
         b.at,
         coalesce(k.reason, t.memo) as reason,
         coalesce(k.subject, case when t.kind in ('charge', 'purchase', 'adjustment', 'award', 'award-owed-back', 'pool-promise') then t.ref::text end,
                  legs.budget, legs.day) as subject
  from (select j.id as ref, min(j.kind) as kind, min(j.memo) as memo, min(j.seq >> 20) as batch_id from ledger.rows j group by j.id) t
  join ledger.batches b on b.id = t.batch_id
  left join known k on k.ref = t.ref
  left join generation.generation g on g.id = coalesce(k.generation, case when t.kind = 'charge' then t.ref end)
  left join earnings.purchase p on p.id = coalesce(k.purchase, case when t.kind = 'purchase' then t.ref end)
  left join lateral (
    select case when count(distinct f.person) = 1 then min(f.person)::uuid end as person,
           min(a.key) filter (where a.key like 'budget:%') as budget, min(a.day)::text as day
    from ledger.entries e join ledger.accounts a on a.id = e.account_id
    cross join lateral (select substring(a.key from '^(?:member|creator|person|case:[^:]*:creator):([0-9a-f-]{36})') as person) f
    where e.id = coalesce(k.shown_by, t.ref) and t.kind not in ('charge', 'revenue')) legs on true;

-- What was awarded to whom, once for each award: out of a round's escrow to a person.
create or replace view audit.awards as
  select e.ref as id, e.asset, split_part(e.account, ':', 2)::uuid as person, e.amount, e.at
  from audit.ledger_entries e where e.kind = 'award' and e.account like 'person:%:awarded' and e.amount > 0;

-- Who did what: the hash-chained log of acts of staff and of the house.
create or replace view audit.log as
  select id, at, actor, act, subject, detail, encode(prev_hash, 'hex') as prev_hash, encode(hash, 'hex') as hash
  from kit.audit_log;

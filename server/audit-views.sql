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

-- Every generation that was ever asked for. `price` is what was held for it, `charged` what was taken.
create or replace view audit.generations as
  select g.id, g.payer_id as payer, g.release_id as release, (g.terms->'model'->>'creator_id')::uuid as creator,
         g.price_micros as price, g.state, k.key as idempotency_key, g.created_at as at, g.charged_micros as charged
  from generation.generation g
  left join kit.idempotency k on k.actor_id = g.payer_id and k.endpoint = 'createGeneration' and k.subject = g.id::text;

-- What was awarded to whom, once for each award: out of a round's escrow to a person.
create or replace view audit.awards as
  select e.ref as id, e.asset, split_part(e.account, ':', 2)::uuid as person, e.amount, e.at
  from audit.ledger_entries e where e.kind = 'award' and e.account like 'person:%:awarded' and e.amount > 0;

-- Who did what: the hash-chained log of acts of staff and of the house.
create or replace view audit.log as
  select id, at, actor, act, subject, detail, encode(prev_hash, 'hex') as prev_hash, encode(hash, 'hex') as hash
  from kit.audit_log;

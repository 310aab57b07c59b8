import { type RawBuilder, sql } from 'kysely';
import type { AccountId, CaseId, ClaimId, ModelId } from '../../ids.ts';
import type { Db } from '../../kit/database.ts';
import { PLANNED_EACH_TIME } from '../../kit/prepared.ts';
import type { LineRole } from './store.ts';

/**
 * What somebody's receipts of some time say, and what corrected them: all that the ledger has moved for the same
 * reasons, at the same instants.
 */
export type Gained = {
  /** The step that it belongs to, from 0. */
  step: number;
  what: 'earned' | 'reversed' | 'claimed' | 'adjusted';
  /** null: of no model. */
  model_id: ModelId | null;
  role: LineRole | null;
  /** Of paid credits, and of promo credits. An adjustment is of neither: it stands with the paid ones. */
  paid_micros: bigint;
  promo_micros: bigint;
  /** How many generations: who had several parts in one has it counted once. */
  generations: bigint;
};

export async function gainedBy(db: Db, person_id: AccountId, edges: readonly Date[]): Promise<Gained[]> {
  const [from, to] = [edges[0] ?? new Date(0), edges.at(-1) ?? new Date(0)];
  const step = (at: RawBuilder<unknown>) => sql`width_bucket(${at}, ${[...edges]}::timestamptz[]) - 1`;
  const { rows } = await sql<Gained>`${sql.raw(PLANNED_EACH_TIME)}
    select ${step(sql`l.settled_at`)} as step, 'earned' as what, l.model_id, l.role,
           sum(l.pending_micros)::int8 as paid_micros, sum(l.vesting_micros)::int8 as promo_micros,
           count(*) filter (where l.role = 'creator' or not exists (
             select from earnings.line o where o.generation_id = l.generation_id and o.person_id = l.person_id
               and o.role <> 'claimant' and (o.role = 'creator' or o.role < l.role))) as generations
    from earnings.line l
    where l.person_id = ${person_id} and l.settled_at >= ${from} and l.settled_at < ${to} and l.role <> 'claimant'
    group by 1, 3, 4
    union all
    select ${step(sql`r.at`)}, 'reversed', l.model_id, l.role, sum(x.pending_micros)::int8, sum(x.vesting_micros)::int8,
           count(distinct x.generation_id)
    from earnings.reversal_line x join earnings.reversal r on r.id = x.reversal_id
    join earnings.line l on l.generation_id = x.generation_id and l.person_id = x.person_id and l.role = x.role
    where x.person_id = ${person_id} and r.at >= ${from} and r.at < ${to} group by 1, 3, 4
    union all
    -- a claim brought what it brought when it was upheld, not when that had been earned
    select ${step(sql`r.at`)}, 'claimed', l.model_id, l.role, sum(l.pending_micros)::int8, sum(l.vesting_micros)::int8, count(*)
    from earnings.line l join earnings.reversal r on r.generation_id = l.generation_id and r.cause = 'claim'
    where l.person_id = ${person_id} and l.role = 'claimant' and r.at >= ${from} and r.at < ${to} group by 1, 3, 4
    union all
    select ${step(sql`p.approved_at`)}, 'adjusted', null, null,
           sum(case a.direction when 'give' then a.amount_micros else -a.amount_micros end)::int8, 0::int8, 0::int8
    from earnings.adjustment a join earnings.adjustment_approval p on p.adjustment_id = a.id
    where a.person_id = ${person_id} and p.approved_at >= ${from} and p.approved_at < ${to} group by 1`.execute(
    db,
  );
  return rows;
}

/** When somebody earned anything first. */
export async function earnedFirst(db: Db, person_id: AccountId): Promise<Date | null> {
  const { rows } = await sql<{ at: Date | null }>`
    select least(
      (select min(settled_at) from earnings.line where person_id = ${person_id}),
      (select min(p.approved_at) from earnings.adjustment a join earnings.adjustment_approval p on p.adjustment_id = a.id
       where a.person_id = ${person_id})) as at`.execute(db);
  return rows[0]?.at ?? null;
}

/** The models that somebody ever earned by. */
export async function modelsEarnedBy(db: Db, person_id: AccountId): Promise<ModelId[]> {
  const { rows } = await sql<{ model_id: ModelId }>`
    select distinct model_id from earnings.line where person_id = ${person_id}`.execute(db);
  return rows.map(({ model_id }) => model_id);
}

/** A case that holds something of somebody now. */
export type HeldBy = {
  case_id: CaseId;
  about: 'claim' | 'dispute' | 'review';
  claim_id: ClaimId | null;
  opened_at: Date;
  amount_micros: bigint;
  generations: bigint;
};

export async function heldNow(db: Db, person_id: AccountId): Promise<HeldBy[]> {
  const { rows } = await sql<HeldBy>`
    select c.id as case_id, k.id as claim_id, c.opened_at, sum(l.amount_micros)::int8 as amount_micros,
           count(distinct l.generation_id) as generations,
           case when k.id is not null then 'claim' when c.purchase_id is not null then 'dispute' else 'review' end as about
    from earnings.case_line l join earnings.case c on c.id = l.case_id left join earnings.claim k on k.case_id = c.id
    where l.person_id = ${person_id} and not exists (select from earnings.resolution z where z.case_id = c.id)
    group by c.id, k.id having sum(l.amount_micros) > 0 order by c.opened_at desc, c.id`.execute(db);
  return rows;
}

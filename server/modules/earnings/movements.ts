import { sql } from 'kysely';
import type { AccountId } from '../../ids.ts';
import type { Db } from '../../kit/database.ts';
import type { LineRole } from './store.ts';

/**
 * What moved somebody's earnings, one by one and with its sign: a line when it was settled, what was taken back when
 * that happened, what a claim brought when it was upheld, an adjustment when it was approved. They sum to what the
 * ledger gained in the same time.
 */
export type Movement = {
  at: Date;
  what: 'adjusted' | 'claimed' | 'earned' | 'reversed';
  /** Of a reversal or an adjustment its own id, otherwise that of the generation. */
  id: string;
  generation_id: string | null;
  model_id: string | null;
  role: LineRole | null;
  cause: string | null;
  price_micros: bigint | null;
  paid_micros: bigint;
  promo_micros: bigint;
};
export type MovementPlace = { at: Date; what: string; id: string; role: string };

/** Movements of [from, to) after a place, in the order of time. */
export async function movementsAfter(
  db: Db,
  person_id: AccountId,
  { from, to, model_ids }: { from: Date; to: Date; model_ids: readonly string[] | null },
  after: MovementPlace | null,
  limit: number,
): Promise<Movement[]> {
  const begin = after?.at ?? from;
  const models = model_ids && [...model_ids];
  const chosen = models === null ? sql`true` : sql`l.model_id = any(${models}::uuid[])`;
  const { rows } = await sql<Movement>`
    with moved as (
      (select l.settled_at as at, 'earned' as what, l.generation_id as id, l.generation_id, l.model_id, l.role, null as cause,
              l.price_micros, l.pending_micros as paid_micros, l.vesting_micros as promo_micros
       from earnings.line l
       where l.person_id = ${person_id} and l.role <> 'claimant' and l.settled_at >= ${begin} and l.settled_at < ${to} and ${chosen}
         and ${isAfter('l.settled_at', 'earned', 'l.generation_id', 'l.role', after)}
       order by l.settled_at, l.generation_id, l.role limit ${limit})
      union all
      select r.at, 'reversed', r.id, x.generation_id, l.model_id, l.role, r.cause, l.price_micros, -x.pending_micros, -x.vesting_micros
      from earnings.reversal_line x join earnings.reversal r on r.id = x.reversal_id
      join earnings.line l on l.generation_id = x.generation_id and l.person_id = x.person_id and l.role = x.role
      where x.person_id = ${person_id} and r.at >= ${begin} and r.at < ${to} and ${chosen}
      union all
      select r.at, 'claimed', l.generation_id, l.generation_id, l.model_id, l.role, r.cause, l.price_micros, l.pending_micros, l.vesting_micros
      from earnings.line l join earnings.reversal r on r.generation_id = l.generation_id and r.cause = 'claim'
      where l.person_id = ${person_id} and l.role = 'claimant' and r.at >= ${begin} and r.at < ${to} and ${chosen}
      union all
      select p.approved_at, 'adjusted', a.id, null, null, null, null, null,
             case a.direction when 'give' then a.amount_micros else -a.amount_micros end, 0
      from earnings.adjustment a join earnings.adjustment_approval p on p.adjustment_id = a.id
      where a.person_id = ${person_id} and p.approved_at >= ${begin} and p.approved_at < ${to} and ${models === null})
    select at, what, id, generation_id, model_id, role, cause, price_micros, paid_micros::int8, promo_micros::int8
    from moved m where ${isAfter('m.at', null, 'm.id', 'm.role', after)}
    order by at, what, id, coalesce(role, '') limit ${limit}`.execute(db);
  return rows;
}

/** `what`: the word that all rows have, or null where it is in the column of that name. */
function isAfter(at: string, what: string | null, id: string, role: string, after: MovementPlace | null) {
  if (after === null) return sql<boolean>`true`;
  const word = what === null ? sql`m.what` : sql`${what}::text`;
  return sql<boolean>`(${sql.ref(at)}, ${word}, ${sql.ref(id)}, coalesce(${sql.ref(role)}, ''))
    > (${after.at}::timestamptz, ${after.what}::text, ${after.id}::uuid, ${after.role}::text)`;
}

/** About how many there are: corrections are few beside the lines. */
export async function countMovements(
  db: Db,
  person_id: AccountId,
  { from, to, model_ids }: { from: Date; to: Date; model_ids: readonly string[] | null },
): Promise<number> {
  const { rows } = await sql<{ n: bigint }>`
    select count(*) as n from earnings.line
    where person_id = ${person_id} and settled_at >= ${from} and settled_at < ${to}
      and ${model_ids === null ? sql`true` : sql`model_id = any(${[...model_ids]}::uuid[])`}`.execute(db);
  return Number(rows[0]?.n ?? 0n);
}

import { sql } from 'kysely';
import { type AccountId, type AdjustmentId, type GenerationId, idOf } from '../../ids.ts';
import type { Db } from '../../kit/database.ts';
import type { Reversal } from './corrections.ts';
import type { LineRole } from './store.ts';

/** What one person had of a generation, or what a correction changed of it; by bought credits and by promo credits. */
export type EarnedPart = {
  person_id: AccountId;
  role: LineRole;
  paid_micros: bigint;
  promo_micros: bigint;
};

/** Who earned what by each of these generations when it was settled, the creator first. What claims brought later is not among it. */
export async function partsSettled(db: Db, ids: readonly string[]): Promise<Map<string, EarnedPart[]>> {
  const { rows } = await sql<EarnedPart & { generation_id: string }>`
    select generation_id, person_id, role, pending_micros as paid_micros, vesting_micros as promo_micros
    from earnings.line where generation_id = any(${[...ids]}::uuid[]) and role <> 'claimant'
    order by generation_id, role <> 'creator', role, person_id`.execute(db);
  return partsBy(rows, ({ generation_id }) => generation_id);
}

/** What became of the money of generations after they were settled: what was taken back, or moved by a claim, or vested. */
export type MoneyChange = {
  id: string;
  at: Date;
  kind: Reversal['cause'] | 'vested' | 'adjustment';
  generation_id: GenerationId | null;
  paid_micros: bigint;
  promo_micros: bigint;
  parts: readonly (Omit<EarnedPart, 'role'> & { role: LineRole | 'adjustment' })[];
};

/** Everything of that kind that has happened to these generations. Parts have the sign of the change. */
export async function moneyChangesOf(db: Db, ids: readonly string[]): Promise<MoneyChange[]> {
  return [...(await reversalsIn(db, ids)), ...(await vestingsOf(db, ids))];
}

async function reversalsIn(db: Db, ids: readonly string[]): Promise<MoneyChange[]> {
  const { rows } = await sql<Omit<MoneyChange, 'parts'>>`
    select id, at, cause as kind, generation_id, paid_micros, promo_micros from earnings.reversal
    where generation_id = any(${[...ids]}::uuid[]) order by at, id`.execute(db);
  // a claim gives one person what it takes of others
  const { rows: parts } = await sql<EarnedPart & { reversal_id: string }>`
    select reversal_id, person_id, role, -pending_micros as paid_micros, -vesting_micros as promo_micros from earnings.reversal_line
    where generation_id = any(${[...ids]}::uuid[])
    union all
    select r.id, l.person_id, l.role, l.pending_micros, l.vesting_micros from earnings.reversal r
    join earnings.claim c on c.case_id = r.case_id
    join earnings.line l on l.generation_id = r.generation_id and l.role = 'claimant' and l.person_id = c.claimant_id
    where r.cause = 'claim' and r.generation_id = any(${[...ids]}::uuid[])`.execute(db);
  const partsOf = partsBy(parts, ({ reversal_id }) => reversal_id);
  return rows.map((row) => ({ ...row, parts: partsOf.get(row.id) ?? [] }));
}

async function vestingsOf(db: Db, ids: readonly string[]): Promise<MoneyChange[]> {
  const { rows } = await sql<{ generation_id: GenerationId; at: Date }>`
    select generation_id, at from earnings.vested where generation_id = any(${[...ids]}::uuid[]) order by at`.execute(
    db,
  );
  if (rows.length === 0) return [];
  const { rows: parts } = await sql<EarnedPart & { generation_id: string }>`
    select generation_id, person_id, role, 0::int8 as paid_micros, l.vesting_micros - coalesce((
      select sum(x.vesting_micros) from earnings.reversal_line x join earnings.reversal r on r.id = x.reversal_id and r.cause = 'claim'
      where x.generation_id = l.generation_id and x.person_id = l.person_id and x.role = l.role), 0)::int8 as promo_micros
    from earnings.line l where l.generation_id = any(${rows.map(({ generation_id }) => generation_id)}::uuid[])`.execute(
    db,
  );
  const partsOf = partsBy(parts, ({ generation_id }) => generation_id);
  return rows.map(({ generation_id, at }) => ({
    ...{ id: idOf('vested', generation_id), at, kind: 'vested', generation_id },
    ...{ paid_micros: 0n, promo_micros: 0n, parts: partsOf.get(generation_id) ?? [] },
  }));
}

/** Corrections by hand that were approved: some of them, or all. */
export const allApprovedAdjustments = (db: Db): Promise<MoneyChange[]> => approvedAdjustments(db, null);
export async function approvedAdjustments(db: Db, ids: readonly string[] | null): Promise<MoneyChange[]> {
  const { rows } = await sql<{ id: AdjustmentId; at: Date; person_id: AccountId; amount: bigint }>`
    select a.id, p.approved_at as at, a.person_id, case a.direction when 'give' then a.amount_micros else -a.amount_micros end as amount
    from earnings.adjustment a join earnings.adjustment_approval p on p.adjustment_id = a.id
    where ${ids === null ? sql`true` : sql`a.id = any(${[...ids]}::uuid[])`} order by a.id`.execute(db);
  return rows.map(({ id, at, person_id, amount }) => ({
    ...{ id, at, kind: 'adjustment', generation_id: null, paid_micros: 0n, promo_micros: 0n },
    parts: [{ person_id, role: 'adjustment', paid_micros: amount, promo_micros: 0n }],
  }));
}

function partsBy<T extends EarnedPart>(
  rows: readonly T[],
  key: (row: T) => string,
): Map<string, EarnedPart[]> {
  const found = new Map<string, EarnedPart[]>();
  for (const row of rows) {
    const { person_id, role, paid_micros, promo_micros } = row;
    const part = { person_id, role, paid_micros, promo_micros };
    const before = found.get(key(row));
    if (before) before.push(part);
    else found.set(key(row), [part]);
  }
  return found;
}

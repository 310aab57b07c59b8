import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { sql } from 'kysely';
import type { AccountId, CaseId } from '../../ids.ts';
import { present } from '../../kit/assert.ts';
import { type Db, takeTurn, type Tx } from '../../kit/database.ts';

/** The kind of signed statement, so that it is never taken for another one of ours. */
export const STATEMENT_TYPE = 'stellary-statement+jws';

/** The canonical bytes (RFC 8785) of a statement and their digest, "sha256:<hex>". */
export function sealStatement(statement: object): { canonical: string; digest: string } {
  const canonical = present(canonicalize(statement), 'canonical JSON');
  return { canonical, digest: `sha256:${createHash('sha256').update(canonical).digest('hex')}` };
}

// what caused movements ------------------------------------------------------------------------------------

/** What moved earnings of a person in [from, to), by what it is known by here. */
export type Causes = {
  charged: string[];
  reversals: { id: string; generation_id: string }[];
  vested: string[];
  matured: string[];
  cases: string[];
  /** What a claim's case set aside when it was settled. */
  set_aside: { id: string; generation_id: string }[];
  adjustments: string[];
};

export async function causesOf(db: Db, person_id: AccountId, from: Date, to: Date): Promise<Causes> {
  const { rows } = await sql<{ kind: keyof Causes; id: string; generation_id: string | null }>`
    select distinct 'charged' as kind, generation_id::text as id, null as generation_id from earnings.line
      where person_id = ${person_id} and settled_at >= ${from} and settled_at < ${to}
    union
    select 'reversals', r.id::text, r.generation_id::text from earnings.reversal_line l join earnings.reversal r on r.id = l.reversal_id
      where l.person_id = ${person_id} and r.at >= ${from} and r.at < ${to}
    union
    select 'reversals', r.id::text, r.generation_id::text from earnings.line l
      join earnings.reversal r on r.generation_id = l.generation_id and r.cause = 'claim'
      where l.person_id = ${person_id} and l.role = 'claimant' and r.at >= ${from} and r.at < ${to}
    union
    select 'set_aside', c.case_id::text, c.generation_id::text from earnings.case_line c
      join earnings.line l using (generation_id, person_id, role) join earnings.claim k on k.case_id = c.case_id
      where c.person_id = ${person_id} and l.settled_at >= ${from} and l.settled_at < ${to}
    union
    select 'vested', v.generation_id::text, null from earnings.vested v
      where v.at >= ${from} and v.at < ${to} and exists (
        select from earnings.line l where l.generation_id = v.generation_id and l.person_id = ${person_id})
    union
    select 'matured', day::text, null from earnings.matured_day where at >= ${from} and at < ${to}
    union
    select 'cases', c.id::text, null from earnings.case c left join earnings.resolution z on z.case_id = c.id
      where exists (select from earnings.case_line l where l.case_id = c.id and l.person_id = ${person_id})
        and ((c.opened_at >= ${from} and c.opened_at < ${to}) or (z.resolved_at >= ${from} and z.resolved_at < ${to}))
    union
    select 'adjustments', a.id::text, null from earnings.adjustment a join earnings.adjustment_approval p on p.adjustment_id = a.id
      where a.person_id = ${person_id} and p.approved_at >= ${from} and p.approved_at < ${to}`.execute(db);
  const of = (kind: keyof Causes) => rows.filter((row) => row.kind === kind).map(({ id }) => id);
  const withGenerations = (kind: keyof Causes) =>
    rows.flatMap((row) =>
      row.kind === kind && row.generation_id ? [{ id: row.id, generation_id: row.generation_id }] : [],
    );
  return {
    charged: of('charged'),
    reversals: withGenerations('reversals'),
    vested: of('vested'),
    matured: of('matured'),
    cases: of('cases'),
    set_aside: withGenerations('set_aside'),
    adjustments: of('adjustments'),
  };
}

/** When some generations were settled. */
export async function settledAt(db: Db, ids: readonly string[]): Promise<Map<string, Date>> {
  const { rows } = await sql<{ id: string; settled_at: Date }>`
    select generation_id as id, settled_at from earnings.receipt where generation_id = any(${[...ids]}::uuid[])`.execute(
    db,
  );
  return new Map(rows.map(({ id, settled_at }) => [id, settled_at]));
}

/** Every case that ever held something of each of these people. */
export async function casesOf(
  db: Db,
  people: readonly AccountId[],
): Promise<{ id: CaseId; person_id: AccountId }[]> {
  const { rows } = await sql<{ id: CaseId; person_id: AccountId }>`
    select distinct case_id as id, person_id from earnings.case_line where person_id = any(${[...people]}::uuid[])`.execute(
    db,
  );
  return rows;
}

// sealing --------------------------------------------------------------------------------------------------

export type SealedMonth = { month: string; batch: bigint; persons: number; sealed_at: Date };

export async function lastSealedMonth(db: Db): Promise<SealedMonth | null> {
  const row = await db
    .selectFrom('earnings.sealed_month')
    .selectAll()
    .orderBy('month', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row ?? null;
}

export async function sealedMonth(db: Db, month: string): Promise<SealedMonth | null> {
  const row = await db
    .selectFrom('earnings.sealed_month')
    .selectAll()
    .where('month', '=', month)
    .executeTakeFirst();
  return row ?? null;
}

export async function insertSealedMonth(tx: Tx, sealed: SealedMonth): Promise<void> {
  await tx.insertInto('earnings.sealed_month').values(sealed).execute();
}

/** One who seals at a time. */
export const maySeal = (tx: Tx) => takeTurn(tx, 'earnings.sealed_month');

export type Statement = {
  person_id: AccountId;
  month: string;
  canonical: string;
  digest: string;
  jws: string;
  sealed_at: Date;
};

/** Once for each person and month: who comes second finds it done, and is answered false. */
export async function insertStatement(tx: Tx, statement: Statement): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('earnings.statement')
    .values(statement)
    .onConflict((conflict) => conflict.columns(['person_id', 'month']).doNothing())
    .executeTakeFirst();
  return numInsertedOrUpdatedRows === 1n;
}

export async function statementOf(db: Db, person_id: AccountId, month: string) {
  return db
    .selectFrom('earnings.statement')
    .selectAll()
    .where('person_id', '=', person_id)
    .where('month', '=', month)
    .executeTakeFirst();
}

/** A person's sealed months, the newest first. */
export async function statementsOf(
  db: Db,
  person_id: AccountId,
): Promise<{ month: string; digest: string; sealed_at: Date }[]> {
  return db
    .selectFrom('earnings.statement')
    .select(['month', 'digest', 'sealed_at'])
    .where('person_id', '=', person_id)
    .orderBy('month', 'desc')
    .execute();
}

/** Who already has a statement of a month. */
export async function statedPersons(db: Db, month: string): Promise<Set<string>> {
  const rows = await db
    .selectFrom('earnings.statement')
    .select('person_id')
    .where('month', '=', month)
    .execute();
  return new Set(rows.map(({ person_id }) => person_id));
}

export type StatementPlace = Pick<Statement, 'person_id' | 'month'>;

/** Every statement there is, in the order of persons and months. */
export async function statementsAfter(
  db: Db,
  after: StatementPlace | null,
  limit: number,
): Promise<Statement[]> {
  const { rows } = await sql<Statement>`
    select person_id, month, canonical, digest, jws, sealed_at from earnings.statement
    where ${after === null} or (person_id, month) > (${after?.person_id ?? null}::uuid, ${after?.month ?? null})
    order by person_id, month limit ${limit}`.execute(db);
  return rows;
}

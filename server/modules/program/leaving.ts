import { sql } from 'kysely';
import { type AccountId, asId, type ModelId } from '../../ids.ts';
import type { Db } from '../../kit/database.ts';
import { type Application, applicationsOf, isOpen } from './applications.ts';

const APPLICATIONS_MAX = 500;

/** Applications that still wait for something. */
export async function applicationsToEnd(db: Db, applicant_id: AccountId): Promise<Application[]> {
  const all = await applicationsOf(db, applicant_id, { after: null, limit: APPLICATIONS_MAX });
  return all.filter(({ state }) => isOpen(state));
}

/** Every model that somebody ever had, also those that they gave away. */
export async function modelsEverOf(db: Db, creator_id: AccountId): Promise<ModelId[]> {
  const rows = await db
    .selectFrom('program.agreement')
    .select('model_id')
    .distinct()
    .where('creator_id', '=', creator_id)
    .execute();
  return rows.map(({ model_id }) => asId<ModelId>(model_id));
}

/** How many agreements somebody signed. */
export async function countAgreements(db: Db, creator_id: AccountId): Promise<number> {
  return (await modelsEverOf(db, creator_id)).length;
}

/** Which of these files an application, a bench or the house's own bench shows. */
export async function filesAmong(db: Db, digests: readonly string[]): Promise<Set<string>> {
  const asked = sql`any(${[...digests]}::text[])`;
  const { rows } = await sql<{ digest: string }>`
    select digest from program.trial where digest = ${asked}
    union select thumbnail ->> 'digest' from program.trial where thumbnail ->> 'digest' = ${asked}
    union select digest from program.bench_cell where digest = ${asked}
    union select thumbnail ->> 'digest' from program.bench_cell where thumbnail ->> 'digest' = ${asked}
    union select made ->> 'digest' from program.house_cell where made ->> 'digest' = ${asked}
    union select made -> 'thumbnail' ->> 'digest' from program.house_cell
      where made -> 'thumbnail' ->> 'digest' = ${asked}`.execute(db);
  return new Set(rows.map(({ digest }) => digest));
}

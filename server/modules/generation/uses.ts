import { sql } from 'kysely';
import { type AccountId, asId, type GenerationId, type ModelId } from '../../ids.ts';
import type { Db } from '../../kit/database.ts';

/** Who used which model with credits that they bought, and was not related to it. */
export type PaidUse = { id: GenerationId; model_id: ModelId; payer_id: AccountId };

export async function paidUses(db: Db, ids: readonly string[]): Promise<Map<string, PaidUse>> {
  const { rows } = await sql<{ id: string; model_id: string; payer_id: string }>`
    select id, terms #>> '{model,id}' as model_id, payer_id from generation.generation
    where id = any(${[...ids]}::uuid[]) and state = 'succeeded' and paid_micros > 0
      and not (terms ->> 'related')::boolean`.execute(db);
  return new Map(
    rows.map(({ id, model_id, payer_id }) => [
      id,
      { id: asId<GenerationId>(id), model_id: asId<ModelId>(model_id), payer_id: asId<AccountId>(payer_id) },
    ]),
  );
}

/** Which of these generations succeeded, however they were paid for, and were not related to their model. */
export async function usesAmong(db: Db, ids: readonly string[]): Promise<PaidUse[]> {
  const { rows } = await sql<PaidUse>`
    select id, terms #>> '{model,id}' as model_id, payer_id from generation.generation
    where id = any(${[...ids]}::uuid[]) and state = 'succeeded' and not (terms ->> 'related')::boolean`.execute(
    db,
  );
  return rows;
}

/** When each of these people last made something that succeeded, of one modality or any; who never did is not in it. */
export async function lastMade(
  db: Db,
  people: readonly AccountId[],
  modality: string | null,
): Promise<Map<AccountId, Date>> {
  const { rows } = await sql<{ payer_id: AccountId; at: Date }>`
    select payer_id, max(created_at) as at from generation.generation
    where payer_id = any(${[...people]}::uuid[]) and state = 'succeeded'
      and (${modality}::text is null or modality = ${modality}) group by 1`.execute(db);
  return new Map(rows.map(({ payer_id, at }) => [payer_id, at]));
}

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

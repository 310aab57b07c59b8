import { sql } from 'kysely';
import { asId, type AccountId, type GenerationId, type ModelId } from '../../ids.ts';
import type { Db } from '../../kit/database.ts';

/** What of one model has not ended, and whose the model is by the terms that were frozen. */
export type InFlight = { model_id: ModelId; creator_id: AccountId; queued: number; running: number };

/** All that has not ended, model by model. */
export async function inFlight(db: Db): Promise<InFlight[]> {
  const { rows } = await sql<InFlight>`
    select g.terms->'model'->>'id' as model_id, g.terms->'model'->>'creator_id' as creator_id,
           (count(*) filter (where g.state = 'queued'))::int4 as queued,
           (count(*) filter (where g.state <> 'queued'))::int4 as running
    from generation.generation g
    -- said outright, so that the index of what is open serves it
    where g.state in ('queued', 'leased', 'running', 'delivering') group by 1, 2`.execute(db);
  return rows;
}

/** Whose models some generations were made with. */
export async function modelsOfGenerations(
  db: Db,
  ids: readonly string[],
): Promise<Map<string, { model_id: ModelId; creator_id: AccountId }>> {
  if (ids.length === 0) return new Map();
  const { rows } = await sql<{ id: GenerationId; model_id: string; creator_id: string }>`
    select g.id, g.terms->'model'->>'id' as model_id, g.terms->'model'->>'creator_id' as creator_id
    from generation.generation g where g.id = any(${[...ids]}::uuid[])`.execute(db);
  return new Map(
    rows.map(({ id, model_id, creator_id }) => [
      id,
      { model_id: asId<ModelId>(model_id), creator_id: asId<AccountId>(creator_id) },
    ]),
  );
}

import { sql } from 'kysely';
import { type AccountId, asId, type GenerationId, type ModelId, type ReleaseId } from '../../ids.ts';
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

/** How many generations of models of others somebody was charged for, counted up to `max`. */
export async function chargedUpTo(db: Db, payer_id: AccountId, max: number): Promise<number> {
  const { rows } = await sql<{ n: bigint }>`
    select count(*) as n from (select from generation.generation
      where payer_id = ${payer_id} and state = 'succeeded' and charged_micros > 0
        and not (terms ->> 'related')::boolean limit ${max}) charged`.execute(db);
  return Number(rows[0]?.n ?? 0n);
}

/** Uses of releases that began and ended within a time, paid with bought credits by somebody who is not related to the model. */
export async function paidUsesOfReleases(
  db: Db,
  release_ids: readonly ReleaseId[],
  { since, until }: { since: Date; until: Date },
): Promise<{ id: GenerationId; release_id: ReleaseId; payer_id: AccountId; began_at: Date }[]> {
  const { rows } = await sql<{
    id: GenerationId;
    release_id: ReleaseId;
    payer_id: AccountId;
    began_at: Date;
  }>`
    select id, release_id, payer_id, created_at as began_at from generation.generation
    where id >= ${firstIdAt(since)}::uuid and release_id = any(${[...release_ids]}::uuid[])
      and state = 'succeeded' and paid_micros > 0 and not (terms ->> 'related')::boolean
      and created_at >= ${since} and ended_at < ${until}`.execute(db);
  return rows;
}

/** Ids lie in the order of time: from this one on they were made then or later. */
const firstIdAt = (at: Date): string => {
  const hex = at.getTime().toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`;
};

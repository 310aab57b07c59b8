import { sql } from 'kysely';
import { type AccountId, asId, type GenerationId, type ModelId, type ReleaseId } from '../../ids.ts';
import type { Db } from '../../kit/database.ts';

/** What there is to count of a generation that has ended, however. */
export type Ended = {
  id: GenerationId;
  state: 'succeeded' | 'failed' | 'cancelled' | 'expired';
  reason: string | null;
  model_id: ModelId;
  release_id: ReleaseId;
  creator_id: AccountId;
  payer_id: AccountId;
  related: boolean;
  modality: string;
  price_micros: bigint;
  promo_micros: bigint;
  paid_micros: bigint;
  began_at: Date;
  leased_at: Date | null;
  delivered_at: Date | null;
  ended_at: Date;
  by_key: boolean;
  via: string | null;
  region: string | null;
  /** With its words: whoever counts takes numbers and choices of it. */
  input: Record<string, unknown>;
};

/** Those of them that have ended. */
export async function endedAmong(db: Db, ids: readonly string[]): Promise<Ended[]> {
  const { rows } = await sql<
    Omit<Ended, 'id' | 'model_id' | 'release_id' | 'creator_id' | 'payer_id'> &
      Record<'id' | 'model_id' | 'release_id' | 'creator_id' | 'payer_id', string>
  >`
    select id, state, failure ->> 'code' as reason, terms #>> '{model,id}' as model_id, release_id,
           terms #>> '{model,creator_id}' as creator_id, payer_id, (terms ->> 'related')::boolean as related, modality,
           price_micros, promo_micros, paid_micros, created_at as began_at, leased_at, delivered_at, ended_at,
           api_key_id is not null as by_key, via, region, input
    from generation.generation where id = any(${[...ids]}::uuid[]) and ended_at is not null`.execute(db);
  return rows.map((row) => ({
    ...row,
    id: asId<GenerationId>(row.id),
    model_id: asId<ModelId>(row.model_id),
    release_id: asId<ReleaseId>(row.release_id),
    creator_id: asId<AccountId>(row.creator_id),
    payer_id: asId<AccountId>(row.payer_id),
  }));
}

/** The next of all that have ended, in the order in which they began. */
export async function endedAfter(db: Db, after: string | null, limit: number): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from generation.generation
    where ended_at is not null and (${after}::uuid is null or id > ${after}::uuid) order by id limit ${limit}`.execute(
    db,
  );
  return rows.map(({ id }) => id);
}

import { sql } from 'kysely';
import { type AccountId, asId, type GenerationId, type ModelId, type ReleaseId } from '../../ids.ts';
import { present } from '../../kit/assert.ts';
import type { Db } from '../../kit/database.ts';
import type { Outcome } from './fact.ts';

/**
 * A generation as it is told to whose model made it: how it ended, when, and its money. Nothing of it says anything of
 * who asked for it; what does is told of whole weeks, in groups.
 */
export type RawFact = {
  generation_id: GenerationId;
  began_at: Date;
  ended_at: Date;
  model_id: ModelId;
  release_id: ReleaseId;
  modality: string;
  outcome: Outcome;
  reason: string | null;
  related: boolean;
  price_micros: bigint;
  paid_micros: bigint;
  promo_micros: bigint;
  earned_paid_micros: bigint;
  earned_promo_micros: bigint;
  queue_ms: bigint;
  run_ms: bigint | null;
  total_ms: bigint;
};

export type RawWish = {
  creator_id: AccountId;
  model_ids: readonly ModelId[] | null;
  from: Date;
  to: Date;
  /** Facts up to this fold: nothing more comes into them, so that what is read in parts is of one picture. */
  upto_fold: bigint;
};
export type RawPlace = { ended_at: Date; generation_id: string };

/** Since when facts are kept; of what was before there are sums. */
export async function factsFrom(db: Db): Promise<Date> {
  const { rows } = await sql<{ facts_from: Date }>`select facts_from from analytics.state`.execute(db);
  return present(rows[0], 'the state of counting').facts_from;
}

/** Facts of somebody's models after a place, in the order in which they ended. */
export async function factsAfter(
  db: Db,
  { creator_id, model_ids, from, to, upto_fold }: RawWish,
  after: RawPlace | null,
  limit: number,
): Promise<RawFact[]> {
  const begin = after?.ended_at ?? from;
  const own = (amounts: string) => sql`(
    select coalesce(sum(part.amount), 0)::int8 from unnest(f.earner_ids, ${sql.ref(amounts)}) part(person_id, amount)
    where part.person_id = ${creator_id})`;
  const { rows } = await sql<RawFact>`
    select f.generation_id, f.began_at, f.ended_at, f.model_id, f.release_id, f.modality, f.outcome, f.reason, f.related,
           f.price_micros, f.paid_micros, f.promo_micros, f.queue_ms, f.run_ms, f.total_ms,
           ${own('f.earned_paid_micros')} as earned_paid_micros, ${own('f.earned_promo_micros')} as earned_promo_micros
    from analytics.fact f
    where f.creator_id = ${creator_id} and f.ended_at >= ${begin} and f.ended_at < ${to} and f.fold <= ${upto_fold}
      and ${model_ids === null ? sql`true` : sql`f.model_id = any(${[...model_ids]}::uuid[])`}
      and ${after === null ? sql`true` : sql`(f.ended_at, f.generation_id) > (${after.ended_at}::timestamptz, ${after.generation_id}::uuid)`}
    order by f.ended_at, f.generation_id limit ${limit}`.execute(db);
  return rows.map((row) => ({ ...row, generation_id: asId<GenerationId>(row.generation_id) }));
}

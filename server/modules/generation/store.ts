import { sql } from 'kysely';
import type { GenerationState } from '#api/generation/shapes.ts';
import { type AccountId, asId, type BatchId, type GenerationId } from '../../ids.ts';
import type { Db, Tx } from '../../kit/database.ts';
import { insertAll, oneOf } from '../../kit/insert-all.ts';
import type { NewAsset } from './assets.ts';
import { landOnBoard } from './boards.ts';
import { columns, type Failure, type Generation, read } from './row.ts';
import { before, OPEN } from './states.ts';

// how it ends ----------------------------------------------------------------------------------------------

export type Delivery = {
  id: GenerationId;
  fence: string;
  assets: readonly NewAsset[];
  runtime: Record<string, unknown>;
};

/** What was taken of a delivery, and how long it ran, lease to delivery: what the next ones are estimated by. */
export type Delivered = { id: GenerationId; release_id: string; took_ms: number | null };

/**
 * The one report of each runner: the assets are stored. Answers whose report counts; that of a late runner, or of a
 * generation whose payer has cancelled, is refused.
 */
export async function deliver(tx: Tx, deliveries: readonly Delivery[], at: Date): Promise<Delivered[]> {
  const { rows } = await sql<{
    id: string;
    release_id: string;
    board_id: string | null;
    took_ms: number | null;
  }>`
    update generation.generation g
    set state = 'delivering', delivered_at = ${at}, runtime = d.runtime, failure = null, lease_until = null
    from unnest(${deliveries.map(({ id }) => id)}::uuid[], ${deliveries.map(({ fence }) => fence)}::uuid[],
      ${deliveries.map(({ runtime }) => JSON.stringify(runtime))}::jsonb[]) d(id, fence, runtime)
    where g.id = d.id and g.fence = d.fence and g.state = any(${before('delivering')}) and g.cancel_asked_at is null
    returning g.id, g.release_id, g.board_id, (extract(epoch from ${at} - g.leased_at) * 1000)::float8 as took_ms`.execute(
    tx,
  );
  const delivered = rows.map(({ id, release_id, took_ms }) => ({
    id: asId<GenerationId>(id),
    release_id,
    took_ms,
  }));
  const taken = new Set(delivered.map(({ id }) => id));
  const assets = deliveries.filter(({ id }) => taken.has(id)).flatMap((delivery) => delivery.assets);
  await insertAll(tx, 'generation.asset', assets);
  const landing = rows.filter(({ board_id }) => board_id !== null).map(({ id }) => id);
  if (landing.length > 0) await landOnBoard(tx, landing, at);
  return delivered;
}

/** Locks those of the generations that are delivered and not settled, for the transaction that settles them. */
export async function lockDelivered(tx: Tx, ids: readonly GenerationId[]): Promise<Generation[]> {
  const rows = await tx
    .selectFrom('generation.generation')
    .select(columns)
    .where('id', '=', oneOf(ids))
    .where('state', '=', 'delivering')
    .orderBy('id')
    .forUpdate()
    .execute();
  return rows.map(read);
}

/** Ends delivered generations as succeeded, each charged its price. Answers how many. */
export async function succeed(tx: Tx, ids: readonly GenerationId[], at: Date): Promise<number> {
  const result = await tx
    .updateTable('generation.generation')
    .set(({ ref }) => ({ state: 'succeeded', charged_micros: ref('price_micros'), ended_at: at }))
    .where('id', '=', oneOf(ids))
    .where('state', 'in', before('succeeded'))
    .executeTakeFirst();
  return Number(result.numUpdatedRows);
}

/** Ends a generation without a charge; only from a state that may end so, and only with the fence if one is given. */
export async function end(
  tx: Tx,
  id: GenerationId,
  ending: { state: 'failed' | 'cancelled' | 'expired'; failure: Failure | null; at: Date; fence?: string },
): Promise<Generation | undefined> {
  const { state, failure, at, fence } = ending;
  let query = tx
    .updateTable('generation.generation')
    .set({ state, ended_at: at, failure: failure && JSON.stringify(failure), lease_until: null })
    .where('id', '=', id)
    .where('state', 'in', before(state))
    .returning(columns);
  if (fence !== undefined) query = query.where('fence', '=', fence);
  const row = await query.executeTakeFirst();
  return row && read(row);
}

/** Ends as expired those that may still end so; answers them with their payers. */
export async function expire(
  tx: Tx,
  expiring: readonly GenerationId[],
  failure: Failure,
  at: Date,
): Promise<{ id: GenerationId; payer_id: AccountId }[]> {
  const rows = await tx
    .updateTable('generation.generation')
    .set({ state: 'expired', ended_at: at, failure: JSON.stringify(failure), lease_until: null })
    .where('id', 'in', [...expiring])
    .where('state', 'in', before('expired'))
    .returning(['id', 'payer_id'])
    .execute();
  return rows.map(({ id, payer_id }) => ({ id: asId(id), payer_id: asId(payer_id) }));
}

/** Asks the runner to stop; answers the state that the generation is in, locked. */
export async function lockForCancel(
  tx: Tx,
  id: GenerationId,
  payer_id: AccountId,
): Promise<Generation | undefined> {
  const row = await tx
    .selectFrom('generation.generation')
    .select(columns)
    .where('id', '=', id)
    .where('payer_id', '=', payer_id)
    .forUpdate()
    .executeTakeFirst();
  return row && read(row);
}

export async function askToCancel(tx: Tx, id: GenerationId, at: Date): Promise<void> {
  await tx.updateTable('generation.generation').set({ cancel_asked_at: at }).where('id', '=', id).execute();
}

export async function toSettle(db: Db, limit: number): Promise<{ id: GenerationId; payer_id: AccountId }[]> {
  const rows = await db
    .selectFrom('generation.generation')
    .select(['id', 'payer_id'])
    .where('state', '=', sql.lit('delivering')) // said outright, so that its index serves every plan
    .orderBy('delivered_at')
    .limit(limit)
    .execute();
  return rows.map(({ id, payer_id }) => ({ id: asId(id), payer_id: asId(payer_id) }));
}

// reading ------------------------------------------------------------------------------------------------

/** When the last generation began, if there was one. */
export async function lastStarted(db: Db): Promise<Date | null> {
  const row = await db
    .selectFrom('generation.generation')
    .select(({ fn }) => fn.max('created_at').as('at'))
    .executeTakeFirst();
  return row?.at ?? null;
}

export async function generationById(db: Db, id: GenerationId): Promise<Generation | undefined> {
  const row = await db
    .selectFrom('generation.generation')
    .select(columns)
    .where('id', '=', id)
    .executeTakeFirst();
  return row && read(row);
}

export async function generationsByIds(db: Db, generation_ids: readonly string[]): Promise<Generation[]> {
  if (generation_ids.length === 0) return [];
  const rows = await db
    .selectFrom('generation.generation')
    .select(columns)
    .where('id', 'in', [...generation_ids])
    .execute();
  return rows.map(read);
}

/** Charged generations of one payer that promo credits paid for in part or whole, in the order of their charges. */
export async function promoFunded(db: Db, payer_id: AccountId): Promise<GenerationId[]> {
  const rows = await db
    .selectFrom('generation.generation')
    .select('id')
    .where('payer_id', '=', payer_id)
    .where('state', '=', 'succeeded')
    .where('promo_micros', '>', 0n)
    .orderBy('ended_at')
    .orderBy('id')
    .execute();
  return rows.map(({ id }) => asId<GenerationId>(id));
}

export async function generationsOfPayer(
  db: Db,
  payer_id: AccountId,
  filter: {
    states?: readonly GenerationState[];
    modality?: string;
    release_ids?: readonly string[];
    board_id?: string;
    batch_id?: string;
    before: string | null;
    limit: number;
  },
): Promise<Generation[]> {
  if (filter.release_ids?.length === 0 || filter.states?.length === 0) return [];
  let query = db
    .selectFrom('generation.generation')
    .select(columns)
    .where('payer_id', '=', payer_id)
    .orderBy('id', 'desc')
    .limit(filter.limit);
  if (filter.states) query = query.where('state', 'in', [...filter.states]);
  if (filter.modality) query = query.where('modality', '=', filter.modality);
  if (filter.release_ids) query = query.where('release_id', 'in', [...filter.release_ids]);
  if (filter.board_id) query = query.where('board_id', '=', filter.board_id);
  if (filter.batch_id) query = query.where('batch_id', '=', filter.batch_id);
  if (filter.before) query = query.where('id', '<', filter.before);
  return (await query.execute()).map(read);
}

/** What one press started together, in the order of its places. */
export async function generationsOfBatch(
  db: Db,
  payer_id: AccountId,
  batch_id: BatchId,
): Promise<Generation[]> {
  const rows = await db
    .selectFrom('generation.generation')
    .select(columns)
    .where('payer_id', '=', payer_id)
    .where('batch_id', '=', batch_id)
    .orderBy('id')
    .execute();
  return rows.map(read);
}

/** Those that have not ended, oldest first. */
export async function openOfPayer(db: Db, payer_id: AccountId, limit: number): Promise<Generation[]> {
  const rows = await db
    .selectFrom('generation.generation')
    .select(columns)
    .where('payer_id', '=', payer_id)
    .where('state', 'in', [...OPEN])
    .orderBy('id')
    .limit(limit)
    .execute();
  return rows.map(read);
}

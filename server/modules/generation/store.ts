import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import * as z from 'zod';
import { Progress, GenerationState } from '#api/generation/shapes.ts';
import { type AccountId, asId, type AssetId, type GenerationId, type ReleaseId } from '../../ids.ts';
import { present } from '../../kit/assert.ts';
import type { Db, Tx } from '../../kit/database.ts';
import { refuse } from '../../refuse.ts';
import { PriceClass, type RateCard } from './pricing.ts';
import { before } from './states.ts';
import { Terms } from './terms.ts';

const JsonObject = z.record(z.string(), z.unknown());
const Failure = z.object({ code: z.string(), message: z.string() });
export type Failure = z.infer<typeof Failure>;

// rate cards ---------------------------------------------------------------------------------------------

export async function announceRateCard(
  tx: Tx,
  card: {
    version: number;
    announced_at: Date;
    effective_at: Date;
    classes: readonly Record<string, string>[];
  },
): Promise<void> {
  const { version, announced_at, effective_at } = card;
  const classes = JSON.stringify(card.classes);
  z.array(PriceClass).parse(card.classes);
  await tx
    .insertInto('generation.rate_card')
    .values({ version, announced_at, effective_at, classes })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** Refuses where the clock stands before the first: nothing can be priced then. */
export async function rateCardInForce(db: Db, at: Date): Promise<RateCard> {
  const row = await db
    .selectFrom('generation.rate_card')
    .select(['version', 'effective_at', 'classes'])
    .where('effective_at', '<=', at)
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (!row) refuse('NOT_PRICED');
  return { ...row, classes: z.array(PriceClass).parse(row.classes) };
}

// the job ------------------------------------------------------------------------------------------------

const columns = [
  'id',
  'payer_id',
  'release_id',
  'modality',
  'input',
  'seed',
  'terms',
  'price_micros',
  'promo_micros',
  'paid_micros',
  'charged_micros',
  'state',
  'class',
  'fair_tag',
  'attempts',
  'fence',
  'cancel_asked_at',
  'progress',
  'failure',
  'deadline_at',
  'created_at',
  'started_at',
  'ended_at',
] as const;

type Row = Awaited<ReturnType<typeof rowById>>;
const rowById = (db: Db, id: GenerationId) =>
  db.selectFrom('generation.generation').select(columns).where('id', '=', id).executeTakeFirstOrThrow();

const read = (row: Row) => ({
  ...row,
  id: asId<GenerationId>(row.id),
  payer_id: asId<AccountId>(row.payer_id),
  release_id: asId<ReleaseId>(row.release_id),
  modality: z.enum(['image', 'video', 'music']).parse(row.modality),
  state: GenerationState.parse(row.state),
  input: JsonObject.parse(row.input),
  terms: Terms.parse(row.terms),
  progress: Progress.nullable().parse(row.progress),
  failure: Failure.nullable().parse(row.failure),
  seed: Number(row.seed),
});
export type Generation = ReturnType<typeof read>;

export type NewGeneration = {
  id: GenerationId;
  payer_id: AccountId;
  release_id: ReleaseId;
  modality: string;
  input: Record<string, unknown>;
  seed: number;
  terms: Terms;
  price_micros: bigint;
  promo_micros: bigint;
  paid_micros: bigint;
  created_at: Date;
  deadline_at: Date;
};

/** What one job costs in the fair order: proportional to its price, so that long jobs count for more. */
const fairCost = (price_micros: bigint) => (price_micros > 0n ? price_micros : 1n);

/** Queues generations of many payers at once, each behind those of its payer that came before it. */
export async function insertGenerations(tx: Tx, generations: readonly NewGeneration[]): Promise<void> {
  const costs = new Map<AccountId, bigint>();
  for (const { payer_id, price_micros } of generations)
    costs.set(payer_id, (costs.get(payer_id) ?? 0n) + fairCost(price_micros));
  const payers = [...costs.keys()].sort();
  const { rows } = await sql<{ payer_id: AccountId; last: bigint }>`
    insert into generation.fair_payer as p (payer_id, last_tag)
    select j.payer_id, c.tag + j.cost
    from unnest(${payers}::uuid[], ${payers.map((payer) => costs.get(payer))}::int8[]) j(payer_id, cost), generation.fair_clock c
    order by j.payer_id
    on conflict (payer_id) do update set last_tag = greatest(p.last_tag, (select tag from generation.fair_clock))
      + (excluded.last_tag - (select tag from generation.fair_clock))
    returning payer_id, last_tag as last`.execute(tx);
  const tags = new Map(rows.map(({ payer_id, last }) => [payer_id, last - (costs.get(payer_id) ?? 0n)]));
  await tx
    .insertInto('generation.generation')
    .values(
      generations.map((generation) => {
        const { payer_id, input, terms, seed, created_at, price_micros } = generation;
        const fair_tag = (tags.get(payer_id) ?? 0n) + fairCost(price_micros);
        tags.set(payer_id, fair_tag);
        return {
          ...generation,
          seed: BigInt(seed),
          input: JSON.stringify(input),
          terms: JSON.stringify(terms),
          state: 'queued',
          fair_tag,
          not_before: created_at,
        };
      }),
    )
    .execute();
}

/** Makes starts of these payers wait for each other until the transaction ends; in the order of ids. */
export async function lockPayers(tx: Tx, payers: readonly AccountId[]): Promise<void> {
  await sql`
    insert into generation.fair_payer (payer_id, last_tag)
    select payer_id, 0 from unnest(${[...payers].sort()}::uuid[]) p(payer_id) order by payer_id
    on conflict do nothing`.execute(tx);
  await sql`select 1 from generation.fair_payer where payer_id = any(${[...payers]}::uuid[]) order by payer_id for update`.execute(
    tx,
  );
}

/** How many generations of each payer are open. */
export async function countOpen(db: Db, payers: readonly AccountId[]): Promise<(payer: AccountId) => number> {
  const rows = await db
    .selectFrom('generation.generation')
    .select(({ fn }) => ['payer_id', fn.countAll<bigint>().as('n')])
    .where('payer_id', 'in', [...payers])
    .where('state', 'in', ['queued', 'leased', 'running', 'delivering'])
    .groupBy('payer_id')
    .execute();
  const counts = new Map(rows.map(({ payer_id, n }) => [payer_id, Number(n)]));
  return (payer) => counts.get(payer) ?? 0;
}

/** Leases the next job in fair order to a holder, under a new fence; skips what others are taking. */
export async function lease(
  db: Db,
  options: { holder: string; at: Date; lease_ms: number },
): Promise<(Generation & { fence: string }) | undefined> {
  const { holder, at, lease_ms } = options;
  const row = await db
    .with('next', (query) =>
      query
        .selectFrom('generation.generation')
        .select(['id as next_id', 'fair_tag as next_tag'])
        .where('state', '=', 'queued')
        .where('not_before', '<=', at)
        .orderBy('class', 'desc')
        .orderBy('fair_tag')
        .orderBy('id')
        .limit(1)
        .forUpdate()
        .skipLocked(),
    )
    .with('served', (query) =>
      query
        .updateTable('generation.fair_clock')
        .from('next')
        .set(({ ref }) => ({ tag: ref('next_tag') }))
        .whereRef('tag', '<', 'next_tag'),
    )
    .updateTable('generation.generation')
    .from('next')
    .set(({ eb }) => ({
      state: 'leased',
      attempts: eb('attempts', '+', 1),
      fence: randomUUID(),
      lease_holder: holder,
      lease_until: new Date(at.getTime() + lease_ms),
      progress: null,
    }))
    .whereRef('id', '=', 'next_id')
    .returning(columns)
    .executeTakeFirst();
  if (!row) return undefined;
  return { ...read(row), fence: present(row.fence, 'the fence of a lease') };
}

/** Says that the leased job runs now; only for whoever holds the current fence. */
export async function markRunning(db: Db, id: GenerationId, fence: string, at: Date): Promise<void> {
  await db
    .updateTable('generation.generation')
    .set({ state: 'running', started_at: at })
    .where('id', '=', id)
    .where('fence', '=', fence)
    .where('state', 'in', before('running'))
    .execute();
}

/** Keeps the lease and answers whether it is still ours and whether its payer has cancelled. */
export async function heartbeat(
  db: Db,
  id: GenerationId,
  fence: string,
  options: { lease_until: Date; progress: z.infer<typeof Progress> | null },
): Promise<'ours' | 'cancelled' | 'lost'> {
  const { lease_until, progress } = options;
  const row = await db
    .updateTable('generation.generation')
    .set({ lease_until, ...(progress ? { progress: JSON.stringify(progress) } : {}) })
    .where('id', '=', id)
    .where('fence', '=', fence)
    .where('state', 'in', ['leased', 'running'])
    .returning('cancel_asked_at')
    .executeTakeFirst();
  return row ? (row.cancel_asked_at ? 'cancelled' : 'ours') : 'lost';
}

/**
 * Back to the queue under the same id, not before `not_before`; an attempt that was not the model's fault is
 * given back. A job whose payer has cancelled does not go back: it is to be ended. Answers whether it went.
 */
export async function requeue(
  db: Db,
  id: GenerationId,
  fence: string,
  retry: { not_before: Date; failure: Failure | null; counts: boolean },
): Promise<boolean> {
  const { not_before, failure, counts } = retry;
  const result = await db
    .updateTable('generation.generation')
    .set({
      state: 'queued',
      fence: null,
      lease_until: null,
      lease_holder: null,
      progress: null,
      not_before,
      failure: failure && JSON.stringify(failure),
      ...(counts ? {} : { attempts: sql<number>`attempts - 1` }),
    })
    .where('id', '=', id)
    .where('fence', '=', fence)
    .where('state', 'in', before('queued'))
    .where('cancel_asked_at', 'is', null)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

/** The runner's one report: the assets are stored. A late or cancelled runner's report is refused. */
export async function deliver(
  tx: Tx,
  id: GenerationId,
  fence: string,
  delivery: { assets: readonly NewAsset[]; runtime: Record<string, unknown>; at: Date },
): Promise<boolean> {
  const { assets, runtime, at } = delivery;
  const row = await tx
    .updateTable('generation.generation')
    .set({
      state: 'delivering',
      delivered_at: at,
      runtime: JSON.stringify(runtime),
      failure: null,
      lease_until: null,
    })
    .where('id', '=', id)
    .where('fence', '=', fence)
    .where('state', 'in', before('delivering'))
    .where('cancel_asked_at', 'is', null)
    .returning('id')
    .executeTakeFirst();
  if (!row) return false;
  await tx.insertInto('generation.asset').values(assets.map(assetRow)).execute();
  return true;
}

/** Locks those of the generations that are delivered and not settled, for the transaction that settles them. */
export async function lockDelivered(tx: Tx, ids: readonly GenerationId[]): Promise<Generation[]> {
  const rows = await tx
    .selectFrom('generation.generation')
    .select(columns)
    .where('id', 'in', [...ids])
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
    .where('id', 'in', [...ids])
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

// what the worker looks for --------------------------------------------------------------------------------

const ids = async (query: { execute(): Promise<{ id: string }[]> }) =>
  (await query.execute()).map(({ id }) => asId<GenerationId>(id));

export async function toSettle(db: Db, limit: number): Promise<{ id: GenerationId; payer_id: AccountId }[]> {
  const rows = await db
    .selectFrom('generation.generation')
    .select(['id', 'payer_id'])
    .where('state', '=', 'delivering')
    .orderBy('delivered_at')
    .limit(limit)
    .execute();
  return rows.map(({ id, payer_id }) => ({ id: asId(id), payer_id: asId(payer_id) }));
}

export async function lapsedLeases(db: Db, at: Date): Promise<Generation[]> {
  const rows = await db
    .selectFrom('generation.generation')
    .select(columns)
    .where('state', 'in', ['leased', 'running'])
    .where('lease_until', '<', at)
    .limit(100)
    .execute();
  return rows.map(read);
}

export const overdue = (db: Db, at: Date, limit: number) =>
  ids(
    db
      .selectFrom('generation.generation')
      .select('id')
      .where('state', '=', 'queued')
      .where('deadline_at', '<', at)
      .orderBy('id')
      .limit(limit),
  );

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
  filter: { state?: GenerationState; modality?: string; before: string | null; limit: number },
): Promise<Generation[]> {
  let query = db
    .selectFrom('generation.generation')
    .select(columns)
    .where('payer_id', '=', payer_id)
    .orderBy('id', 'desc')
    .limit(filter.limit);
  if (filter.state) query = query.where('state', '=', filter.state);
  if (filter.modality) query = query.where('modality', '=', filter.modality);
  if (filter.before) query = query.where('id', '<', filter.before);
  return (await query.execute()).map(read);
}

/** How many jobs will be leased before each of these: 1 is next. */
export async function queuePlaces(db: Db, generation_ids: readonly string[]): Promise<Map<string, number>> {
  if (generation_ids.length === 0) return new Map();
  const { rows } = await sql<{ id: string; place: bigint }>`
    select g.id, (select count(*) from generation.generation q
                  where q.state = 'queued' and (-q.class, q.fair_tag, q.id) <= (-g.class, g.fair_tag, g.id)) as place
    from generation.generation g where g.state = 'queued' and g.id = any(${[...generation_ids]}::uuid[])`.execute(
    db,
  );
  return new Map(rows.map(({ id, place }) => [id, Number(place)]));
}

// assets -------------------------------------------------------------------------------------------------

const StoredPicture = z.object({ digest: z.string(), width: z.int(), height: z.int() });
const Companion = z.object({
  role: z.enum(['midi']),
  digest: z.string(),
  extension: z.string(),
  mime: z.string(),
  bytes: z.int(),
});

export type NewAsset = {
  id: AssetId;
  generation_id: GenerationId;
  owner_id: AccountId;
  ordinal: number;
  modality: string;
  digest: string;
  extension: string;
  mime: string;
  bytes: bigint;
  width: number | null;
  height: number | null;
  duration_ms: number | null;
  thumbnail: z.infer<typeof StoredPicture> | null;
  poster: z.infer<typeof StoredPicture> | null;
  thumbhash: string | null;
  waveform: number[] | null;
  companions: z.infer<typeof Companion>[];
  prompt: string;
  created_at: Date;
};

const assetRow = (asset: NewAsset) => ({
  ...asset,
  thumbnail: asset.thumbnail && JSON.stringify(asset.thumbnail),
  poster: asset.poster && JSON.stringify(asset.poster),
  companions: JSON.stringify(asset.companions),
});

const readAsset = <T extends { modality: string; thumbnail: unknown; poster: unknown; companions: unknown }>(
  row: T,
) => ({
  ...row,
  modality: z.enum(['image', 'video', 'music']).parse(row.modality),
  thumbnail: StoredPicture.nullable().parse(row.thumbnail),
  poster: StoredPicture.nullable().parse(row.poster),
  companions: z.array(Companion).parse(row.companions),
});

export async function assetsOfGenerations(db: Db, generation_ids: readonly string[]) {
  if (generation_ids.length === 0) return [];
  const rows = await db
    .selectFrom('generation.asset')
    .selectAll()
    .where('generation_id', 'in', [...generation_ids])
    .orderBy('ordinal')
    .execute();
  return rows.map(readAsset);
}
export type Asset = Awaited<ReturnType<typeof assetsOfGenerations>>[number];

export async function assetById(db: Db, id: AssetId): Promise<Asset | undefined> {
  const row = await db.selectFrom('generation.asset').selectAll().where('id', '=', id).executeTakeFirst();
  return row && readAsset(row);
}

/** Assets of succeeded generations only: what was not paid for is nobody's yet. */
export async function assetsOfOwner(
  db: Db,
  owner_id: AccountId,
  filter: {
    modality?: string;
    release_ids?: readonly string[];
    search?: string;
    deleted: boolean;
    order: 'newest' | 'oldest';
    after: string | null;
    limit: number;
  },
): Promise<Asset[]> {
  const newest = filter.order === 'newest';
  let query = db
    .selectFrom('generation.asset as a')
    .innerJoin('generation.generation as g', 'g.id', 'a.generation_id')
    .selectAll('a')
    .where('a.owner_id', '=', owner_id)
    .where('g.state', '=', 'succeeded')
    .where('a.deleted_at', filter.deleted ? 'is not' : 'is', null)
    .orderBy('a.id', newest ? 'desc' : 'asc')
    .limit(filter.limit);
  if (filter.modality) query = query.where('a.modality', '=', filter.modality);
  if (filter.release_ids)
    query = query.where('g.release_id', 'in', filter.release_ids.length ? [...filter.release_ids] : [NOBODY]);
  if (filter.search)
    query = query.where('a.prompt', 'ilike', `%${filter.search.replace(/[\\%_]/g, '\\$&')}%`);
  if (filter.after) query = query.where('a.id', newest ? '<' : '>', filter.after);
  return (await query.execute()).map(readAsset);
}
const NOBODY = '00000000-0000-0000-0000-000000000000';

/** Moves an asset to the bin (`at`) or out of it (null). */
export async function setDeleted(
  tx: Tx,
  id: AssetId,
  owner_id: AccountId,
  at: Date | null,
): Promise<boolean> {
  const result = await tx
    .updateTable('generation.asset')
    .set({ deleted_at: at })
    .where('id', '=', id)
    .where('owner_id', '=', owner_id)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

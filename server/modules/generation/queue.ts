import { sql } from 'kysely';
import type * as z from 'zod';
import type { Progress } from '#api/generation/shapes.ts';
import {
  type AccountId,
  type ApiKeyId,
  asId,
  type BatchId,
  type BoardId,
  type GenerationId,
  type ReleaseId,
  type WorkerId,
} from '../../ids.ts';
import { present } from '../../kit/assert.ts';
import type { Db, Tx } from '../../kit/database.ts';
import { SERVING_MS } from './estimates.ts';
import { columns, type Failure, type Generation, read, type Row } from './row.ts';
import { before, OPEN } from './states.ts';
import type { Terms } from './terms.ts';

export type NewGeneration = {
  id: GenerationId;
  payer_id: AccountId;
  release_id: ReleaseId;
  modality: string;
  /** the queue that it waits in, and before or after whom */
  pool: string;
  class: JobClass;
  /** of its payer's plan: with twice the weight one is served twice as often */
  weight: bigint;
  api_key_id: ApiKeyId | null;
  /** what whoever runs it must have */
  requires: { vram_gib?: number | undefined; features: readonly string[] };
  input: Record<string, unknown>;
  seed: number;
  terms: Terms;
  price_micros: bigint;
  promo_micros: bigint;
  paid_micros: bigint;
  created_at: Date;
  deadline_at: Date;
  /** what was started together with it, and the board that it is for */
  batch_id: BatchId | null;
  board_id: BoardId | null;
  /** by which way it was asked for, and the continent that the browser told, if it did */
  via: 'page' | 'api' | 'replicate' | 'openai' | 'fal';
  region: string | null;
};

/** What is waited for by somebody comes before what is not. */
const CLASSES = { interactive: 0, bulk: -1 } as const;
export type JobClass = keyof typeof CLASSES;

/** What one job counts for in the fair order: proportional to its price, so that long jobs count for more. */
const fairCost = (price_micros: bigint, weight: bigint) => (price_micros + weight - 1n) / weight;

/** Queues generations of many payers at once, each behind those of its payer that came before it. */
export async function insertGenerations(tx: Tx, generations: readonly NewGeneration[]): Promise<void> {
  const jobs = generations.map(({ weight, ...job }) => ({
    ...job,
    class: CLASSES[job.class],
    fair_cost: fairCost(job.price_micros, weight),
  }));
  const tags = await takeTags(tx, jobs);
  await tx
    .insertInto('generation.generation')
    .values(
      jobs.map(({ requires, ...job }, place) => ({
        ...job,
        seed: BigInt(job.seed),
        input: JSON.stringify(job.input),
        terms: JSON.stringify(job.terms),
        state: 'queued',
        fair_tag: present(tags[place], 'a tag for each job'),
        vram_gib_min: requires.vram_gib ?? null,
        features: [...requires.features],
        not_before: job.created_at,
      })),
    )
    .execute();
}

type Tagged = { pool: string; class: number; payer_id: AccountId; fair_cost: bigint };

/** The places of these jobs in the fair orders of their pools, in the order in which they came. */
async function takeTags(tx: Tx, jobs: readonly Tagged[]): Promise<bigint[]> {
  const orders = new Map<string, Tagged>();
  const keyOf = (job: Omit<Tagged, 'fair_cost'>) => `${job.pool} ${job.class} ${job.payer_id}`;
  for (const job of jobs) {
    const fair_cost = (orders.get(keyOf(job))?.fair_cost ?? 0n) + job.fair_cost;
    orders.set(keyOf(job), { ...job, fair_cost });
  }
  const all = [...orders.values()];
  const { rows } = await sql<{ pool: string; class: number; payer_id: AccountId; last_tag: bigint }>`
    insert into generation.fair_tag as t (pool, class, payer_id, last_tag)
    select j.pool, j.class, j.payer_id, coalesce(c.tag, 0) + j.cost
    from unnest(${all.map(({ pool }) => pool)}::text[], ${all.map((job) => job.class)}::int2[],
      ${all.map(({ payer_id }) => payer_id)}::uuid[], ${all.map(({ fair_cost }) => fair_cost)}::int8[])
      j(pool, class, payer_id, cost) left join generation.fair_clock c using (pool, class)
    order by j.pool, j.class, j.payer_id
    on conflict (pool, class, payer_id) do update set last_tag = greatest(excluded.last_tag, t.last_tag + excluded.last_tag
      - coalesce((select tag from generation.fair_clock c where c.pool = t.pool and c.class = t.class), 0))
    returning pool, class, payer_id, last_tag`.execute(tx);
  const last = new Map(
    rows.map((row) => [keyOf(row), row.last_tag - present(orders.get(keyOf(row)), 'its order').fair_cost]),
  );
  return jobs.map((job) => {
    const tag = present(last.get(keyOf(job)), 'the last tag of a payer') + job.fair_cost;
    last.set(keyOf(job), tag);
    return tag;
  });
}

/**
 * Lets bulk that came before `before` compete as if it were waited for, in fair order with what is, so that no
 * stream of others keeps it waiting for ever. Answers how many.
 */
export async function promoteBulk(tx: Tx, before: Date, limit: number): Promise<number> {
  const rows = await tx
    .selectFrom('generation.generation')
    .select(['id', 'pool', 'payer_id', 'fair_cost'])
    .where('state', '=', 'queued')
    .where('class', '=', CLASSES.bulk)
    .where('created_at', '<', before)
    .orderBy('fair_tag')
    .orderBy('id')
    .limit(limit)
    .forUpdate()
    .skipLocked()
    .execute();
  if (rows.length === 0) return 0;
  const tags = await takeTags(
    tx,
    rows.map((row) => ({ ...row, payer_id: asId<AccountId>(row.payer_id), class: CLASSES.interactive })),
  );
  await sql`
    update generation.generation g set class = ${CLASSES.interactive}, fair_tag = p.fair_tag
    from unnest(${rows.map(({ id }) => id)}::uuid[], ${tags}::int8[]) p(id, fair_tag) where g.id = p.id`.execute(
    tx,
  );
  return rows.length;
}

/** Makes starts of these payers wait for each other until the transaction ends; in the order of ids. */
export async function lockPayers(tx: Tx, payers: readonly AccountId[]): Promise<void> {
  const ids = [...payers].sort();
  const lock = async () =>
    (
      await sql`select 1 from generation.payer where payer_id = any(${ids}::uuid[]) order by payer_id for update`.execute(
        tx,
      )
    ).rows.length;
  if ((await lock()) === ids.length) return;
  await sql`
    insert into generation.payer (payer_id)
    select payer_id from unnest(${ids}::uuid[]) p(payer_id) order by payer_id
    on conflict do nothing`.execute(tx);
  await lock();
}

/** How many generations of each payer are open, and how many of those each key asked for. */
export async function countOpen(
  db: Db,
  payers: readonly AccountId[],
): Promise<{ ofPayer: (payer: AccountId) => number; ofKey: (key: ApiKeyId) => number }> {
  const { rows } = await sql<{ payer_id: string; api_key_id: string | null; n: bigint }>`
    select payer_id, api_key_id, count(*) as n from generation.generation
    where payer_id = any(${[...payers]}::uuid[]) and state in (${sql.join(OPEN.map((state) => sql.lit(state)))})
    group by payer_id, api_key_id`.execute(db);
  const count = (of: (row: (typeof rows)[number]) => boolean) =>
    rows.filter(of).reduce((sum, { n }) => sum + Number(n), 0);
  return {
    ofPayer: (payer) => count(({ payer_id }) => payer_id === payer),
    ofKey: (key) => count(({ api_key_id }) => api_key_id === key),
  };
}

export type Leased = Generation & { fence: string };

export type LeaseOptions = {
  pool: string;
  holder: string;
  at: Date;
  lease_ms: number;
  limit: number;
  /** Of a worker: what it has, and the releases that it need not load first. */
  worker?: {
    id: WorkerId;
    loaded: readonly string[];
    vram_gib: number | null;
    features: readonly string[];
    /** Gets what it has failed or given back again. */
    trusted: boolean;
  };
};

/** A worker is not made to load another model as long as nobody waits longer than this for it to do so. */
const AFFINITY_MS = 10_000;
/** So many from the front are looked at for one whose model is loaded. */
const AFFINITY_WINDOW = 64;

/**
 * Leases the next jobs of a pool in fair order to a holder, each under a new fence; skips what others are taking.
 * While others wait, nobody's jobs hold more than half of the slots of a pool; when nobody does, they may hold all.
 */
export async function leaseMany(db: Db, options: LeaseOptions): Promise<Leased[]> {
  const { pool, holder, at, lease_ms, limit, worker } = options;
  const lease_until = new Date(at.getTime() + lease_ms);
  const served_since = new Date(at.getTime() - SERVING_MS);
  const waits = sql`g.state = 'queued' and g.pool = ${pool} and g.not_before <= ${at} ${fits(worker)}`;
  const inOrder = sql`g.class desc, g.fair_tag, g.id`;
  const front = sql`select g.id, g.class, g.fair_tag from generation.generation g`;
  const next = worker?.loaded.length
    ? // chosen first and locked then: what is only looked at must not be kept from others
      sql`near as materialized (
        select g.id, g.class, g.fair_tag, g.payer_id = any(array(select payer_id from full_hands)) as heavy,
          g.created_at < ${new Date(at.getTime() - AFFINITY_MS)} or g.release_id = any(${worker.loaded}::uuid[]) as first
        from generation.generation g where ${waits} order by heavy, ${inOrder} limit ${AFFINITY_WINDOW}),
      next as (
        ${front} where g.state = 'queued'
          and g.id = any(array(select id from near order by heavy, class desc, first desc, fair_tag, id limit ${limit}))
        for update skip locked)`
    : sql`light as (
        ${front} where ${waits} and g.payer_id <> all(array(select payer_id from full_hands)) order by ${inOrder} limit ${limit} for update skip locked),
      heavy as (
        ${front} where ${waits} and g.payer_id = any(array(select payer_id from full_hands)) order by ${inOrder}
        limit (select ${limit}::int8 - count(*) from light) for update skip locked),
      next as (select * from light union all select * from heavy)`;
  const { rows } = await sql<Row>`
    with full_hands as materialized (
      select payer_id from generation.generation where pool = ${pool} and state in ('leased', 'running') group by payer_id
      having count(*) >= (select greatest(1, sum(slots) / 2) from generation.serving where pool = ${pool} and seen_at > ${served_since} having count(*) > 0)),
    ${next},
    served as (
      insert into generation.fair_clock as c (pool, class, tag) select ${pool}, class, max(fair_tag) from next group by class order by class
      on conflict (pool, class) do update set tag = excluded.tag where c.tag < excluded.tag)
    update generation.generation g
    set state = 'leased', attempts = g.attempts + 1, fence = gen_random_uuid(), lease_holder = ${holder},
      worker_id = ${worker?.id ?? null}, leased_at = ${at}, lease_until = ${lease_until}, progress = null
    from next where g.id = next.id
    returning ${sql.join(columns.map((column) => sql.ref(`g.${column}`)))}`.execute(db);
  return rows
    .map((row) => ({ ...read(row), fence: present(row.fence, 'the fence of a lease') }))
    .sort((a, b) => b.class - a.class || Number(a.fair_tag - b.fair_tag) || (a.id < b.id ? -1 : 1));
}

const fits = (worker: LeaseOptions['worker']) =>
  worker
    ? sql`and coalesce(g.vram_gib_min, 0) <= ${worker.vram_gib ?? 0} and g.features <@ ${[...worker.features]}::text[]
        and (${worker.trusted} or not ${worker.id}::uuid = any(g.refused_by))`
    : sql``;

/** The next job alone. */
export const lease = async (db: Db, options: Omit<LeaseOptions, 'limit'>): Promise<Leased | undefined> =>
  (await leaseMany(db, { ...options, limit: 1 }))[0];

/** Says that leased jobs run now; only for whoever holds the current fence. */
export async function markRunning(
  db: Db,
  jobs: readonly { id: GenerationId; fence: string }[],
  at: Date,
): Promise<void> {
  await sql`
    update generation.generation g set state = 'running', started_at = ${at}
    from unnest(${jobs.map(({ id }) => id)}::uuid[], ${jobs.map(({ fence }) => fence)}::uuid[]) j(id, fence)
    where g.id = j.id and g.fence = j.fence and g.state = any(${before('running')})`.execute(db);
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
 * given back. The worker that had it has refused it, unless `refused` is false. A job whose payer has cancelled does not go back: it is to be ended. Answers whether it went.
 */
export async function requeue(
  db: Db,
  id: GenerationId,
  fence: string,
  retry: { not_before: Date; failure: Failure | null; counts: boolean; refused?: boolean },
): Promise<boolean> {
  const { not_before, failure, counts, refused = true } = retry;
  const result = await db
    .updateTable('generation.generation')
    .set({
      state: 'queued',
      fence: null,
      lease_until: null,
      lease_holder: null,
      worker_id: null,
      leased_at: null,
      progress: null,
      not_before,
      failure: failure && JSON.stringify(failure),
      refused_by: sql<
        string[]
      >`case when worker_id is null or not ${refused}::boolean then refused_by else array_append(array_remove(refused_by, worker_id), worker_id) end`,
      ...(counts ? {} : { attempts: sql<number>`attempts - 1` }),
    })
    .where('id', '=', id)
    .where('fence', '=', fence)
    .where('state', 'in', before('queued'))
    .where('cancel_asked_at', 'is', null)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
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

const ids = async (query: { execute(): Promise<{ id: string }[]> }) =>
  (await query.execute()).map(({ id }) => asId<GenerationId>(id));

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

import { sql } from 'kysely';
import * as z from 'zod';
import { asId, type CanaryId, type GenerationId, type ReleaseId, type WorkerId } from '../../ids.ts';
import { digestOfSecret, isBearerSecret, newBearerSecret, shownPart } from '../../kit/bearer-secrets.ts';
import type { Db, Tx } from '../../kit/database.ts';
import { columns, read } from './row.ts';
import type { Leased } from './queue.ts';

const PREFIX = 'stw';

/** Whether this looks like the token of a worker, and not like the key of an account. */
export const isWorkerToken = (secret: string): boolean => isBearerSecret(PREFIX, secret);

const Trust = z.enum(['probation', 'trusted', 'suspended']);
export type Trust = z.infer<typeof Trust>;

const workerColumns = [
  'id',
  'name',
  'token_prefix',
  'pools',
  'trust',
  'reason',
  'made_at',
  'revoked_at',
  'seen_at',
  'runs',
  'releases_loaded',
  'features',
  'vram_gib',
  'done',
  'failed',
  'lost',
  'faults_in_row',
  'canaries_passed',
  'canaries_failed',
  'audits_passed',
  'canaries_returned',
] as const;

const workerRow = (db: Db) =>
  db.selectFrom('generation.worker').select(workerColumns).where('revoked_at', 'is', null);
type WorkerRow = Awaited<ReturnType<ReturnType<typeof workerRow>['executeTakeFirstOrThrow']>>;

const readWorker = (row: WorkerRow) => ({
  ...row,
  id: asId<WorkerId>(row.id),
  trust: Trust.parse(row.trust),
});
export type Worker = ReturnType<typeof readWorker>;

/** Lets a worker in, on probation. The token is in the answer and nowhere else. */
export async function makeWorker(
  tx: Tx,
  worker: { id: WorkerId; name: string; pools: readonly string[] },
  at: Date,
): Promise<string> {
  const token = newBearerSecret(PREFIX);
  await tx
    .insertInto('generation.worker')
    .values({
      ...worker,
      pools: [...new Set(worker.pools)],
      token_hash: digestOfSecret(token),
      token_prefix: shownPart(token),
      trust: 'probation',
      made_at: at,
    })
    .execute();
  return token;
}

export async function workerByToken(db: Db, token: string): Promise<WorkerId | null> {
  if (!isWorkerToken(token)) return null;
  const row = await workerRow(db).where('token_hash', '=', digestOfSecret(token)).executeTakeFirst();
  return row ? asId<WorkerId>(row.id) : null;
}

export async function workerById(db: Db, id: WorkerId): Promise<Worker | undefined> {
  const row = await workerRow(db).where('id', '=', id).executeTakeFirst();
  return row && readWorker(row);
}

/** Those that were not revoked, in the order in which they came. */
export const listWorkers = async (db: Db): Promise<Worker[]> =>
  (await workerRow(db).orderBy('id').execute()).map(readWorker);

/** What a worker says of itself when it asks for work. */
export async function markWorkerSeen(
  db: Db,
  id: WorkerId,
  seen: { runs: string[]; releases_loaded: string[]; features: string[]; vram_gib: number | null },
  at: Date,
): Promise<void> {
  await db
    .updateTable('generation.worker')
    .set({ ...seen, seen_at: at })
    .where('id', '=', id)
    .execute();
}

export async function setTrust(
  tx: Tx,
  id: WorkerId,
  { trust, reason = null }: { trust: Trust; reason?: string | null },
): Promise<boolean> {
  const result = await tx
    .updateTable('generation.worker')
    .set({ trust, reason, faults_in_row: 0 })
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

export async function revokeWorker(tx: Tx, id: WorkerId, at: Date): Promise<boolean> {
  const result = await tx
    .updateTable('generation.worker')
    .set({ revoked_at: at })
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

/** What became of a job in its hands. */
export type Deed =
  | 'done'
  | 'audited'
  | 'failed'
  | 'faulty'
  | 'away'
  | 'lost'
  | 'canary_passed'
  | 'canary_failed'
  | 'canary_returned';

const COUNTS = {
  done: sql`done = done + 1, faults_in_row = 0, away_in_row = 0`,
  audited: sql`done = done + 1, audits_passed = audits_passed + 1, faults_in_row = 0, away_in_row = 0`,
  // a failure that lies in the job
  failed: sql`failed = failed + 1`,
  faulty: sql`failed = failed + 1, faults_in_row = faults_in_row + 1`,
  // once may be: the machine is full, or is being stopped
  away: sql`away_in_row = away_in_row + 1, faults_in_row = faults_in_row + (away_in_row > 0)::int4`,
  lost: sql`lost = lost + 1, faults_in_row = faults_in_row + 1`,
  canary_passed: sql`canaries_passed = canaries_passed + 1, faults_in_row = 0, canaries_returned = 0`,
  canary_returned: sql`canaries_returned = canaries_returned + 1, lost = lost + (canaries_returned > 0)::int4,
    faults_in_row = faults_in_row + (canaries_returned > 0)::int4`,
  canary_failed: sql`canaries_failed = canaries_failed + 1`,
} satisfies Record<Deed, unknown>;

/** Counts a deed, and answers the worker as it stands then. */
export async function countDeed(tx: Tx, id: WorkerId, deed: Deed): Promise<Worker | undefined> {
  await sql`update generation.worker set ${COUNTS[deed]} where id = ${id}`.execute(tx);
  return workerById(tx, id);
}

/**
 * Makes claims of one worker wait for each other until the transaction ends. A lock of the row would be written to the
 * log and waited for at every look of a worker that waits for jobs.
 */
export async function lockWorker(tx: Tx, id: WorkerId): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`claims ${id}`}, 0))`.execute(tx);
}

// what it has in hand --------------------------------------------------------------------------------------

/** How many jobs each worker has in hand. */
export async function inHandOf(db: Db, ids: readonly WorkerId[]): Promise<(id: WorkerId) => number> {
  const { rows } = await sql<{ worker_id: string; n: bigint }>`
    select worker_id, count(*) as n from (
      select worker_id from generation.generation where state in ('leased', 'running') and worker_id = any(${[...ids]}::uuid[])
      union all select worker_id from generation.canary where state = 'leased' and worker_id = any(${[...ids]}::uuid[])) held
    group by worker_id`.execute(db);
  const counts = new Map(rows.map(({ worker_id, n }) => [worker_id, Number(n)]));
  return (id) => counts.get(id) ?? 0;
}

/** The job under this lease, if it is this worker's and the fence is the current one. */
export async function leasedTo(
  db: Db,
  worker_id: WorkerId,
  id: GenerationId,
  fence: string,
): Promise<Leased | undefined> {
  const row = await db
    .selectFrom('generation.generation')
    .select(columns)
    .where('id', '=', id)
    .where('worker_id', '=', worker_id)
    .where('fence', '=', fence)
    .executeTakeFirst();
  return row && { ...read(row), fence };
}

/** Everything that a worker has in hand. */
export async function leasesOf(db: Db, worker_id: WorkerId): Promise<Leased[]> {
  const rows = await db
    .selectFrom('generation.generation')
    .select(columns)
    .where('worker_id', '=', worker_id)
    .where('state', 'in', ['leased', 'running'])
    .execute();
  return rows.flatMap((row) => (row.fence === null ? [] : [{ ...read(row), fence: row.fence }]));
}

// canaries -------------------------------------------------------------------------------------------------

export type Canary = {
  id: CanaryId;
  worker_id: WorkerId;
  release_id: ReleaseId;
  input: Record<string, unknown>;
  seed: number;
  fence: string;
};

/** When the job that stands at the front of a pool was asked for; null where none waits. */
export async function frontOf(db: Db, pool: string, at: Date): Promise<Date | null> {
  const row = await db
    .selectFrom('generation.generation')
    .select('created_at')
    .where('state', '=', sql.lit('queued')) // said outright, so that its index serves every plan
    .where('pool', '=', pool)
    .where('not_before', '<=', at)
    .orderBy('class', 'desc')
    .orderBy('fair_tag')
    .limit(1)
    .executeTakeFirst();
  return row?.created_at ?? null;
}

export async function insertCanary(tx: Tx, canary: Canary, at: Date, lease_ms: number): Promise<void> {
  await tx
    .insertInto('generation.canary')
    .values({
      ...canary,
      seed: BigInt(canary.seed),
      input: JSON.stringify(canary.input),
      state: 'leased',
      lease_until: new Date(at.getTime() + lease_ms),
      created_at: at,
    })
    .execute();
}

const Input = z.record(z.string(), z.unknown());

/** The canary under this lease, with how it stands; a fence of somebody else finds nothing. */
export async function canaryOf(
  db: Db,
  worker_id: WorkerId,
  id: CanaryId,
  fence: string,
): Promise<(Canary & { state: string; created_at: Date }) | undefined> {
  const row = await db
    .selectFrom('generation.canary')
    .select(['id', 'worker_id', 'release_id', 'input', 'seed', 'fence', 'state', 'created_at'])
    .where('id', '=', id)
    .where('worker_id', '=', worker_id)
    .where('fence', '=', fence)
    .executeTakeFirst();
  return (
    row && {
      ...row,
      id: asId<CanaryId>(row.id),
      worker_id: asId<WorkerId>(row.worker_id),
      release_id: asId<ReleaseId>(row.release_id),
      input: Input.parse(row.input),
      seed: Number(row.seed),
    }
  );
}

export async function keepCanary(db: Db, id: CanaryId, lease_until: Date): Promise<boolean> {
  const result = await db
    .updateTable('generation.canary')
    .set({ lease_until })
    .where('id', '=', id)
    .where('state', '=', 'leased')
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

/** Ends a canary, once; answers whether this was it. */
export async function endCanary(
  tx: Tx,
  id: CanaryId,
  ending: { state: 'passed' | 'failed' | 'lost'; reason: string | null; at: Date },
): Promise<boolean> {
  const { state, reason, at } = ending;
  const result = await tx
    .updateTable('generation.canary')
    .set({ state, reason, ended_at: at })
    .where('id', '=', id)
    .where('state', '=', 'leased')
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

/** One that was given back was none. */
export async function lastCanaryAt(db: Db, worker_id: WorkerId): Promise<Date | null> {
  const row = await db
    .selectFrom('generation.canary')
    .select(({ fn }) => fn.max('created_at').as('at'))
    .where('worker_id', '=', worker_id)
    .where('state', '<>', 'lost')
    .executeTakeFirst();
  return row?.at ?? null;
}

/** What a worker that is not to work any more has in hand of them ends, and says nothing of it. */
export async function dropCanaries(tx: Tx, worker_id: WorkerId, reason: string, at: Date): Promise<void> {
  await tx
    .updateTable('generation.canary')
    .set({ state: 'lost', reason, ended_at: at })
    .where('worker_id', '=', worker_id)
    .where('state', '=', 'leased')
    .execute();
}

/** Canaries whose worker stopped answering. */
export async function lapsedCanaries(db: Db, at: Date): Promise<{ id: CanaryId; worker_id: WorkerId }[]> {
  const rows = await db
    .selectFrom('generation.canary')
    .select(['id', 'worker_id'])
    .where('state', '=', 'leased')
    .where('lease_until', '<', at)
    .limit(100)
    .execute();
  return rows.map((row) => ({ id: asId<CanaryId>(row.id), worker_id: asId<WorkerId>(row.worker_id) }));
}

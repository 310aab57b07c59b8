import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { sql } from 'kysely';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import type { Lease } from '#api/runners/shapes.ts';
import { claimJobs } from '../../server/flows/claim-jobs.ts';
import { changeTrust, makeWorker } from '../../server/flows/change-worker.ts';
import { asId, type CanaryId, newId, type ReleaseId, type WorkerId } from '../../server/ids.ts';
import { settableClock } from '../../server/kit/clock.ts';
import { sha256 } from '../../server/kit/files.ts';
import * as generation from '../../server/modules/generation/index.ts';
import { reap, settleDelivered } from '../../server/roles/worker.ts';
import { startPullWorker } from '../../server/worker/pull-worker.ts';
import { creditsOf, expectEverythingHolds, releaseOf, start } from '../acts.ts';
import { openClient, type Visitor } from '../client.ts';
import { withoutRoom } from '../full-store.ts';
import { eventually } from '../eventually.ts';
import { comeBack, giveRole, idOf } from '../finance.ts';
import { expectProblem, expectRefusal } from '../refusal.ts';
import { hangs, paints, scriptedEngine } from '../scripted-engine.ts';
import { startWorld, type World } from '../world.ts';

// Nobody here runs jobs but the workers of the test; what the product computes for itself is scripted.
/** As large as what is ordered here. */
const picture = paints(256);
const engine = scriptedEngine(picture);
const clock = settableClock(new Date('2026-11-22T12:00:00Z'));
const SECOND = 1_000;
let world: World;
let member: Visitor;
let release_id: string;
let spent = 0;

beforeAll(async () => {
  world = await startWorld({ engine, clock, roles: 'web,relay', env: { LOG_LEVEL: 'silent' } });
  member = await world.member('wanda');
  release_id = await releaseOf(member);
});
afterAll(async () => {
  await expectEverythingHolds(world);
  await world.end();
});
afterEach(async () => {
  await world.context.db
    .updateTable('generation.worker')
    .set({ revoked_at: clock.now() })
    .where('revoked_at', 'is', null)
    .execute();
});

type Worker = Visitor & { id: WorkerId; token: string };

/** A worker that has proven itself. */
async function worker(pools = ['embedded']): Promise<Worker> {
  const made = await newcomer(pools);
  await prove(made.id);
  return made;
}

/** It need not do so again for a long time. */
async function prove(worker_id: WorkerId): Promise<void> {
  const { db, database } = world.context;
  await db.updateTable('generation.worker').set({ canaries_passed: 2 }).where('id', '=', worker_id).execute();
  const id = newId<CanaryId>(clock.now());
  const asked = { release_id: asId<ReleaseId>(release_id), input: {}, seed: 1, fence: randomUUID() };
  const late = new Date('2027-11-22T12:00:00Z');
  await database.inTransaction(async (tx) => {
    await generation.insertCanary(tx, { id, worker_id, ...asked }, late, 0);
    await generation.endCanary(tx, id, { state: 'passed', reason: null, at: late });
  });
}

async function newcomer(pools = ['embedded']): Promise<Worker> {
  const made = await makeWorker(world.context, await idOf(member), { name: 'a machine', pools });
  return { ...openClient(world.url, { api_key: made.token }), ...made };
}

const claim = (
  from: Worker,
  more: { runs?: string[]; free?: number; wait_ms?: number; pools?: string[] } = {},
) =>
  from.api.runners.createClaim({
    pools: ['embedded'],
    runs: ['house'],
    slots: 4,
    free: 1,
    wait_ms: 0,
    ...more,
  });

async function claimOne(from: Worker, more: Parameters<typeof claim>[1] = {}): Promise<Lease> {
  const [lease] = (await claim(from, more)).leases;
  if (!lease) throw new Error('there is no job');
  return lease;
}

const refOf = ({ lease_id, fence }: Lease) => ({ lease_id, fence });

/** What the scripted engine makes of a job. */
async function pictureOf(lease: Lease): Promise<{ bytes: Uint8Array; runtime: Runtime }> {
  const { seed } = lease.job;
  const options = { signal: new AbortController().signal, onEvent: () => {} };
  const made = await picture({ ...lease.job, seed, release: { ...lease.job.release, files: [] } }, options);
  if (!made.ok || !made.outputs[0]) throw new Error('the script makes pictures');
  return { bytes: made.outputs[0].bytes, runtime: made.runtime };
}
type Runtime = { name: string; version: string; provider: string; arch: string };
const RUNTIME: Runtime = { name: 'another', version: '9', provider: 'gpu', arch: 'x64' };

const send = (from: Worker, lease: Lease, place: number, bytes: Uint8Array) =>
  fetch(`${lease.outputs_url}/${place}?fence=${lease.fence}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${from.token}` },
    body: new Blob([new Uint8Array(bytes)]),
  });

const complete = (from: Worker, lease: Lease, digest: string, runtime = RUNTIME) =>
  from.api.runners.createCompletion({
    ...refOf(lease),
    outputs: [{ place: 0, sha256: digest, mime: 'image/webp' }],
    inference_ms: 5,
    runtime,
  });

async function doIt(from: Worker, lease: Lease): Promise<void> {
  const { bytes, runtime } = await pictureOf(lease);
  expect((await send(from, lease, 0, bytes)).status).toBe(201);
  expect(await complete(from, lease, sha256(bytes), runtime)).toEqual({ delivered: true });
}

const look = (id: string) => member.api.generation.getGeneration({ id });
const begin = async () => (await start(member, { release_id })).id;

async function expectChargedOnce(id: string, attempts = 1): Promise<void> {
  expect(await settleDelivered(world.context)).toBe(1);
  spent += 1;
  expect(await look(id)).toMatchObject({ state: 'succeeded', attempts, charged_micros: '1000000' });
  expect(await creditsOf(member)).toEqual({ available: 100 - spent, held: 0 });
}

async function standing(of: Worker): Promise<generation.Worker> {
  const found = await generation.workerById(world.context.db, of.id);
  if (!found) throw new Error('the worker is gone');
  return found;
}

const cancel = async (id: string) => {
  await member.api.generation.createCancellation({ id });
};

test('a worker is nobody else, and nobody else is a worker', async () => {
  const one = await worker();
  await expectRefusal(one.api.wallet.getWallet(), 'NOT_ALLOWED');
  await expectRefusal(one.api.runners.listWorkers(), 'NOT_ALLOWED');
  const body = { pools: ['embedded'], slots: 1, free: 1, wait_ms: 0 };
  await expectRefusal(member.api.runners.createClaim(body), 'NOT_ALLOWED');
  await expectRefusal(world.visitor().api.runners.createClaim(body), 'NOT_SIGNED_IN');
  const wrong = `${one.token.slice(0, -1)}${one.token.endsWith('0') ? '1' : '0'}`;
  await expectRefusal(
    openClient(world.url, { api_key: wrong }).api.runners.createClaim(body),
    'NOT_SIGNED_IN',
  );
  await expectRefusal(claim(one, { pools: ['pull:secret'] }), 'NOT_ALLOWED');
});

test('a job is fetched, run elsewhere, sent back and charged, once', async () => {
  const id = await begin();
  const one = await worker();
  const lease = await claimOne(one);
  expect(lease).toMatchObject({
    lease_id: id,
    job: { generation_id: id, attempt: 1, input: { width: 256 }, release: { slug: 'drift' } },
  });
  expect((await claim(one)).leases).toEqual([]);
  const kept = await one.api.runners.updateLease({
    ...refOf(lease),
    started: true,
    progress: { step: 1, total: 4, label: 'Painting' },
  });
  expect(kept).toEqual({ action: 'continue', ttl_ms: 30_000 });
  expect(await look(id)).toMatchObject({ state: 'running', progress: { step: 1, total: 4 } });

  for (const file of lease.files) {
    const answer = await fetch(file.url, { headers: { authorization: `Bearer ${one.token}` } });
    expect(sha256(new Uint8Array(await answer.arrayBuffer()))).toBe(file.sha256);
    expect((await fetch(file.url)).status).toBe(401);
    const other = await worker();
    const stolen = await fetch(file.url, { headers: { authorization: `Bearer ${other.token}` } });
    expect(stolen.status).toBe(409);
  }
  await expectRefusal(one.api.runners.getLeaseFile({ ...refOf(lease), sha256: '0'.repeat(64) }), 'NOT_FOUND');

  await doIt(one, lease);
  expect(await look(id)).toMatchObject({ state: 'delivering' });
  // whoever did not hear the answer says it again
  const { bytes } = await pictureOf(lease);
  expect(await complete(one, lease, sha256(bytes))).toEqual({ delivered: true });
  await expectChargedOnce(id);
  expect(await complete(one, lease, sha256(bytes))).toEqual({ delivered: true });
  expect(await settleDelivered(world.context)).toBe(0);
  await expectRefusal(one.api.runners.createFailure({ ...refOf(lease), ...BROKEN }), 'LEASE_LOST');
  expect(await standing(one)).toMatchObject({ done: 1, failed: 0, lost: 0 });
});
const BROKEN = { code: 'engine_crashed', message: 'it broke', retryable: true } as const;

test('two completions at once are one delivery', async () => {
  const id = await begin();
  const one = await worker();
  const lease = await claimOne(one);
  const { bytes, runtime } = await pictureOf(lease);
  await send(one, lease, 0, bytes);
  const said = await Promise.allSettled([1, 2].map(() => complete(one, lease, sha256(bytes), runtime)));
  expect(said.some(({ status }) => status === 'fulfilled')).toBe(true);
  await expectChargedOnce(id);
});

test('trouble of our own is nobody’s fault: what was sent is still here when it is said again', async () => {
  const id = await begin();
  const one = await worker();
  const lease = await claimOne(one);
  const { bytes, runtime } = await pictureOf(lease);
  await send(one, lease, 0, bytes);
  const { media } = world.context;
  world.context.media = withoutRoom(media);
  try {
    await expectRefusal(complete(one, lease, sha256(bytes), runtime), 'STORAGE_FULL');
  } finally {
    world.context.media = media;
  }
  expect(await look(id)).toMatchObject({ state: 'leased' });
  expect(await complete(one, lease, sha256(bytes), runtime)).toEqual({ delivered: true });
  await expectChargedOnce(id);
  expect(await standing(one)).toMatchObject({ done: 1, failed: 0 });
});

test('whoever lost the lease reports to nobody', async () => {
  const id = await begin();
  const [slow, quick] = [await worker(), await worker()];
  const lost = await claimOne(slow);
  clock.advance(31 * SECOND);
  await reap(world.context);
  expect(await look(id)).toMatchObject({ state: 'queued', attempts: 1 });
  const { bytes } = await pictureOf(lost);
  await expectProblem(send(slow, lost, 0, bytes), 'LEASE_LOST');

  const lease = await claimOne(quick);
  await expectRefusal(slow.api.runners.updateLease(refOf(lost)), 'LEASE_LOST');
  await expectRefusal(complete(slow, lost, sha256(bytes)), 'LEASE_LOST');
  await expectRefusal(slow.api.runners.createFailure({ ...refOf(lost), ...BROKEN }), 'LEASE_LOST');
  await expectRefusal(slow.api.runners.deleteLease(refOf(lost)), 'LEASE_LOST');
  // nor with the fence of somebody else
  await expectRefusal(complete(slow, lease, sha256(bytes)), 'LEASE_LOST');
  await doIt(quick, lease);
  await expectChargedOnce(id, 2);
  expect(await standing(slow)).toMatchObject({ lost: 1, done: 0 });
});

test('a worker that gives its job back is not to blame, and the attempt does not count', async () => {
  const id = await begin();
  const one = await worker();
  expect(await one.api.runners.deleteLease(refOf(await claimOne(one)))).toEqual({ released: true });
  expect(await look(id)).toMatchObject({ state: 'queued', attempts: 0 });
  // on probation it does not choose, so it does not get it again
  expect((await claim(one)).leases).toEqual([]);
  const other = await worker();
  await doIt(other, await claimOne(other));
  await expectChargedOnce(id);
});

test('a payer who cancels is obeyed by the next heartbeat, and what still comes is refused', async () => {
  const one = await worker();
  const id = await begin();
  const lease = await claimOne(one);
  await cancel(id);
  expect(await one.api.runners.updateLease(refOf(lease))).toMatchObject({ action: 'cancel' });
  const { bytes } = await pictureOf(lease);
  await send(one, lease, 0, bytes);
  await expectRefusal(complete(one, lease, sha256(bytes)), 'LEASE_LOST');
  expect(await look(id)).toMatchObject({ state: 'cancelled', charged_micros: null });

  const other = await begin();
  const stopped = await claimOne(one);
  await cancel(other);
  const said = { code: 'cancelled', message: 'cancelled', retryable: false } as const;
  await one.api.runners.createFailure({ ...refOf(stopped), ...said });
  expect(await look(other)).toMatchObject({ state: 'cancelled' });
  expect(await creditsOf(member)).toEqual({ available: 100 - spent, held: 0 });
});

test('on probation a worker has no last word: what it calls hopeless is tried again', async () => {
  const id = await begin();
  const one = await worker();
  const hopeless = { code: 'invalid_input', message: 'I do not like it', retryable: false } as const;
  await one.api.runners.createFailure({ ...refOf(await claimOne(one)), ...hopeless });
  expect(await look(id)).toMatchObject({ state: 'queued' });
  clock.advance(10 * SECOND);
  expect((await claim(one)).leases).toEqual([]);
  await world.context.database.inTransaction((tx) => generation.setTrust(tx, one.id, { trust: 'trusted' }));
  await one.api.runners.createFailure({ ...refOf(await claimOne(one)), ...hopeless });
  expect(await look(id)).toMatchObject({ state: 'failed', failure: { code: 'invalid_input' } });
});

test('lies and rubbish reach nobody; five in a row, and the worker is out, its other job back in the queue', async () => {
  const liar = await worker();
  const rubbish = Buffer.from('<svg onload="alert(1)"/>'.repeat(50));
  const tries: ((lease: Lease) => Promise<unknown>)[] = [
    // nothing was sent; something else was sent; what was sent is no picture
    (lease) => complete(liar, lease, '0'.repeat(64)),
    async (lease) => {
      await send(liar, lease, 0, (await pictureOf(lease)).bytes);
      return complete(liar, lease, '0'.repeat(64));
    },
    async (lease) => {
      await send(liar, lease, 0, rubbish);
      return complete(liar, lease, sha256(rubbish));
    },
  ];
  for (const [place, lie] of tries.entries()) {
    const id = await begin();
    await expectRefusal(lie(await claimOne(liar)), 'OUTPUT_REJECTED');
    expect(await standing(liar)).toMatchObject({ faults_in_row: place + 1 });
    expect(await look(id)).toMatchObject({ state: 'queued' });
    await cancel(id);
  }

  const ids = [await begin(), await begin(), await begin()];
  const held = await claimOne(liar);
  for (let n = 0; n < 2; n += 1)
    await liar.api.runners.createFailure({ ...refOf(await claimOne(liar)), ...BROKEN });
  expect(await standing(liar)).toMatchObject({ trust: 'suspended', failed: 5 });
  expect(await look(held.lease_id)).toMatchObject({ state: 'queued', attempts: 0 });
  await expectRefusal(claim(liar), 'WORKER_SUSPENDED');
  await expectRefusal(liar.api.runners.updateLease(refOf(held)), 'LEASE_LOST');
  for (const one of ids) await cancel(one);
});

test('more than an output may have is not even read', async () => {
  const id = await begin();
  const one = await worker();
  const lease = await claimOne(one);
  const status = await new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${one.token}`, 'content-length': 100_000_001 };
    const asked = request(`${lease.outputs_url}/0?fence=${lease.fence}`, { method: 'POST', headers });
    asked.on('response', (answer) => {
      resolve(answer.statusCode);
      asked.destroy();
    });
    asked.on('error', reject);
    asked.flushHeaders();
  });
  expect(status).toBe(413);
  await one.api.runners.deleteLease(refOf(lease));
  await cancel(id);
});

test('a new worker proves itself first, by jobs that nobody asked for and nobody pays for', async () => {
  const id = await begin();
  const one = await newcomer();
  const before = await creditsOf(member);
  for (let n = 0; n < 2; n += 1) {
    const canary = await claimOne(one);
    expect(canary.lease_id).not.toBe(id);
    expect((await claim(one)).leases).toEqual([]); // until it is back
    expect(await one.api.runners.updateLease(refOf(canary))).toMatchObject({ action: 'continue' });
    await doIt(one, canary);
    await doItAgain(one, canary);
  }
  expect(await creditsOf(member)).toEqual(before);
  expect(await standing(one)).toMatchObject({ canaries_passed: 2, trust: 'probation' });
  for (let lease = await claimOne(one); ; lease = await claimOne(one)) {
    await doIt(one, lease); // now and then another canary
    if (lease.lease_id === id) break;
  }
  await expectChargedOnce(id);
});

/** Said twice, it counts once. */
async function doItAgain(one: Worker, lease: Lease): Promise<void> {
  const { bytes, runtime } = await pictureOf(lease);
  expect(await complete(one, lease, sha256(bytes), runtime)).toEqual({ delivered: true });
}

test('whoever answers a job of known outcome with another is suspended, whatever it says it runs', async () => {
  for (const runtime of ['ours', 'its own'] as const) {
    const liar = await newcomer();
    const canary = await claimOne(liar);
    const { bytes, runtime: known } = await pictureOf({
      ...canary,
      job: { ...canary.job, seed: canary.job.seed ^ 0xffffff },
    });
    await send(liar, canary, 0, bytes);
    await expectRefusal(
      complete(liar, canary, sha256(bytes), runtime === 'ours' ? known : RUNTIME),
      'OUTPUT_REJECTED',
    );
    expect(await standing(liar)).toMatchObject({ trust: 'suspended', canaries_failed: 1 });
    await expectRefusal(claim(liar), 'WORKER_SUSPENDED');
  }
});

test('a canary that does not come back counts as lost', async () => {
  const one = await newcomer();
  const canary = await claimOne(one);
  clock.advance(31 * SECOND);
  await reap(world.context);
  await expectRefusal(one.api.runners.updateLease(refOf(canary)), 'LEASE_LOST');
  expect(await standing(one)).toMatchObject({ lost: 1, faults_in_row: 1 });
});

test('a canary for whoever has left meanwhile is ended, and nobody is blamed', async () => {
  const one = await newcomer();
  const asked = { pools: ['embedded'], slots: 4, free: 1, wait_ms: 0, runs: ['house'] };
  const unsaid = { releases_loaded: [], features: [], vram_gib: null };
  expect(await claimJobs(world.context, one.id, { ...asked, ...unsaid }, AbortSignal.abort())).toEqual([]);
  expect(await standing(one)).toMatchObject({ lost: 0, faults_in_row: 0 });
  // the last one is out of its hands, so the next may come
  await one.api.runners.deleteLease(refOf(await claimOne(one)));
});

test('a lease that lapsed is lost once, however many find it, and whoever watches the job hears of it', async () => {
  const id = await begin();
  const one = await worker();
  await claimOne(one);
  const told = vi.spyOn(world.context.live, 'signal');
  clock.advance(31 * SECOND);
  await Promise.all([1, 2, 3, 4].map(() => reap(world.context)));
  expect(told.mock.calls.filter(([channel]) => channel === `generation:${id}`)).toHaveLength(1);
  told.mockRestore();
  expect(await standing(one)).toMatchObject({ lost: 1, faults_in_row: 1 });
  expect(await look(id)).toMatchObject({ state: 'queued', attempts: 1 });
  await cancel(id);
});

test('whoever waits for a job gets it the moment it comes', async () => {
  const one = await worker();
  const waiting = claim(one, { wait_ms: 5_000 });
  const id = await begin();
  const [lease] = (await waiting).leases;
  expect(lease?.lease_id).toBe(id);
  await doIt(one, lease as Lease);
  await expectChargedOnce(id);
});

test('an admin lets machines in, sees how they do, and shows them out', async () => {
  const admin = await world.member('ada');
  await expectRefusal(admin.api.runners.listWorkers(), 'NOT_ALLOWED');
  await giveRole(world, admin, 'admin');
  await comeBack(admin);
  const { worker: made, token } = await admin.api.runners.createWorker({
    name: 'Rack 3',
    pools: ['embedded', 'pull:fleet'],
  });
  expect(made).toMatchObject({ name: 'Rack 3', trust: 'probation', in_hand: 0, seen_at: null });
  expect(token.startsWith(made.token_prefix)).toBe(true);
  const rack: Worker = { ...openClient(world.url, { api_key: token }), id: asId(made.id), token };
  await prove(rack.id);
  const id = await begin();
  const lease = await claimOne(rack);
  const { items } = await admin.api.runners.listWorkers();
  expect(items.find((one) => one.id === made.id)).toMatchObject({ in_hand: 1, seen_at: expect.any(String) });
  expect((await admin.api.runners.listPools()).items).toContainEqual(
    expect.objectContaining({ pool: 'embedded', in_hand: 1, slots: expect.any(Number) }),
  );

  expect(await admin.api.runners.updateWorker({ id: made.id, trust: 'suspended' })).toMatchObject({
    trust: 'suspended',
    reason: 'Suspended by an admin.',
    can: { suspend: { allowed: false } },
  });
  expect(await look(id)).toMatchObject({ state: 'queued', attempts: 0 });
  await expectRefusal(complete(rack, lease, '0'.repeat(64)), 'LEASE_LOST');
  expect(await admin.api.runners.updateWorker({ id: made.id, trust: 'trusted' })).toMatchObject({
    trust: 'trusted',
  });
  await doIt(rack, await claimOne(rack));
  await expectChargedOnce(id);
  await admin.api.runners.deleteWorker({ id: made.id });
  await expectRefusal(claim(rack), 'NOT_SIGNED_IN');
  await expectRefusal(admin.api.runners.deleteWorker({ id: made.id }), 'NOT_FOUND');
});

test('the worker that we give away runs jobs as our own runner does, and leaves with nothing in hand', async () => {
  const { token, id: worker_id } = await newcomer();
  const data_dir = await mkdtemp(path.join(tmpdir(), 'stellary-worker-'));
  const its = scriptedEngine(picture);
  const running = await startPullWorker({
    ...{ url: world.url, token, pools: ['embedded'], slots: 2, features: [], vram_gib: null },
    ...{ data_dir, log_level: 'silent', engine: its },
  });
  try {
    const ids = [await begin(), await begin()];
    await eventually('they are delivered', async () =>
      (await Promise.all(ids.map(look))).every(({ state }) => state === 'delivering'),
    );
    expect(await settleDelivered(world.context)).toBe(2);
    spent += 2;
    expect(its.calls.length).toBeGreaterThanOrEqual(4); // two of them canaries
    expect(its.calls[0]?.job.release.files[0]?.path.startsWith(data_dir)).toBe(true);

    its.next(hangs);
    const id = await begin();
    await eventually('one runs', async () => ['running', 'delivering'].includes((await look(id)).state));
    const was = (await look(id)).state;
    await running.stop();
    if (was === 'running') {
      // its open request may have taken it once more, before it was known to be gone
      await eventually('it is back in the queue', async () => {
        const { state, attempts } = await look(id);
        return state === 'queued' && attempts === 0;
      });
      await cancel(id);
    } else {
      await settleDelivered(world.context);
      spent += 1;
    }
    expect((await generation.workerById(world.context.db, worker_id))?.lost).toBe(0);
  } finally {
    await running.stop();
    await rm(data_dir, { recursive: true, force: true });
  }
});

test('who leaves out that it runs house models gets none, proven or not', async () => {
  const id = await begin();
  for (const one of [await newcomer(), await worker()]) {
    expect((await claim(one, { runs: [] })).leases).toEqual([]);
    expect((await claim(one, { runs: ['onnx'] })).leases).toEqual([]);
  }
  await cancel(id);
});

test('a lease is kept for no longer than a run may take, nor long after its payer cancelled', async () => {
  const id = await begin();
  const one = await worker();
  const lease = await claimOne(one);
  for (let n = 0; n < 4; n += 1) {
    clock.advance(29 * SECOND);
    await one.api.runners.updateLease({ ...refOf(lease), started: true });
  }
  clock.advance(5 * SECOND);
  await expectRefusal(one.api.runners.updateLease(refOf(lease)), 'LEASE_LOST');
  clock.advance(26 * SECOND);
  await reap(world.context);
  expect(await look(id)).toMatchObject({ state: 'queued' });
  await cancel(id);

  const other = await begin();
  const deaf = await claimOne(one);
  await cancel(other);
  expect(await one.api.runners.updateLease(refOf(deaf))).toMatchObject({ action: 'cancel' });
  clock.advance(29 * SECOND);
  expect(await one.api.runners.updateLease(refOf(deaf))).toMatchObject({ action: 'cancel' });
  clock.advance(2 * SECOND);
  await expectRefusal(one.api.runners.updateLease(refOf(deaf)), 'LEASE_LOST');
  expect(await look(other)).toMatchObject({ state: 'cancelled' });
  expect(await creditsOf(member)).toEqual({ available: 100 - spent, held: 0 });
});

test('trouble at our desk is not the worker’s, and it hears nothing of it', async () => {
  const id = await begin();
  const one = await worker();
  const lease = await claimOne(one);
  const { bytes, runtime } = await pictureOf(lease);
  await send(one, lease, 0, bytes);
  const { desk } = world.context;
  const broken = { ok: false, code: 'engine_crashed', message: '/srv/secret', retryable: true } as const;
  world.context.desk = { ...desk, do: async () => broken };
  const young = await newcomer();
  try {
    await expectRefusal(complete(one, lease, sha256(bytes), runtime), 'UNAVAILABLE');
    const canary = await claimOne(young);
    await send(young, canary, 0, (await pictureOf(canary)).bytes);
    await complete(young, canary, sha256((await pictureOf(canary)).bytes));
  } finally {
    world.context.desk = desk;
  }
  expect(await standing(young)).toMatchObject({ canaries_failed: 0, lost: 0, failed: 0, trust: 'probation' });
  expect(await complete(one, lease, sha256(bytes), runtime)).toEqual({ delivered: true });
  await expectChargedOnce(id);
  expect(await standing(one)).toMatchObject({ done: 1, failed: 0 });
});

test('one order is one work, as large as what is paid for, and no place is named twice', async () => {
  const [small, many] = [await begin(), await begin()];
  const one = await worker();
  const lease = await claimOne(one);
  const { bytes } = await pictureOf(lease);
  await send(one, lease, 0, bytes);
  const output = { place: 0, sha256: sha256(bytes), mime: 'image/webp' };
  const say = (to: Lease, outputs: (typeof output)[]) =>
    one.api.runners.createCompletion({ ...refOf(to), outputs, inference_ms: 5, runtime: RUNTIME });
  await expectRefusal(say(lease, [output, output]), 'INVALID_INPUT');
  await send(one, lease, 1, bytes);
  await expectRefusal(say(lease, [output, { ...output, place: 1 }]), 'OUTPUT_REJECTED');

  const next = await claimOne(one);
  const tiny = await sharp({ create: { width: 32, height: 32, channels: 3, background: 'teal' } })
    .webp()
    .toBuffer();
  await send(one, next, 0, tiny);
  await expectRefusal(say(next, [{ ...output, sha256: sha256(tiny) }]), 'OUTPUT_REJECTED');
  expect(await standing(one)).toMatchObject({ failed: 2, faults_in_row: 2 });
  for (const id of [small, many]) await cancel(id);
});

test('a canary with a wrong picture before the right one is not passed', async () => {
  const liar = await newcomer();
  const canary = await claimOne(liar);
  const right = await pictureOf(canary);
  const wrong = await pictureOf({ ...canary, job: { ...canary.job, seed: canary.job.seed ^ 0xffffff } });
  const outputs = [];
  for (const [place, bytes] of [wrong.bytes, right.bytes].entries()) {
    await send(liar, canary, place, bytes);
    outputs.push({ place, sha256: sha256(bytes), mime: 'image/webp' });
  }
  const said = { ...refOf(canary), outputs, inference_ms: 5, runtime: right.runtime };
  await expectRefusal(liar.api.runners.createCompletion(said), 'OUTPUT_REJECTED');
  expect(await standing(liar)).toMatchObject({ trust: 'suspended', canaries_failed: 1 });
});

test('canaries are not told by their words, and who gives them back gets nothing else, and is out in the end', async () => {
  const id = await begin();
  const one = await worker();
  const prompts = new Set<unknown>();
  await world.context.db
    .updateTable('generation.worker')
    .set({ canaries_passed: 0 })
    .where('id', '=', one.id)
    .execute();
  for (let n = 0; n < 5; n += 1) {
    const canary = await claimOne(one);
    expect(canary.lease_id).not.toBe(id);
    prompts.add(canary.job.input['prompt']);
    await one.api.runners.deleteLease(refOf(canary));
    expect(await standing(one)).toMatchObject({ canaries_returned: n + 1, lost: n });
  }
  expect(prompts.size).toBeGreaterThan(2);
  expect(await standing(one)).toMatchObject({ trust: 'suspended' });
  await cancel(id);
});

test('a machine that never has room is at fault from the second time on', async () => {
  const ids = [await begin(), await begin(), await begin()];
  const one = await worker();
  for (const faults of [0, 1, 2]) {
    const away = { code: 'runner_unavailable', message: 'full', retryable: true } as const;
    await one.api.runners.createFailure({ ...refOf(await claimOne(one)), ...away });
    expect(await standing(one)).toMatchObject({ faults_in_row: faults });
  }
  for (const id of ids) await cancel(id);
});

test('whoever is suspended or has no lease sends nothing: it is refused before it is read', async () => {
  const one = await newcomer();
  const canary = await claimOne(one);
  const stall = (lease: Lease) =>
    new Promise((resolve, reject) => {
      const headers = { authorization: `Bearer ${one.token}`, 'content-length': 90_000_000 };
      const asked = request(`${lease.outputs_url}/0?fence=${lease.fence}`, { method: 'POST', headers });
      asked.on('response', (answer) => {
        resolve(answer.statusCode);
        asked.destroy();
      });
      asked.on('error', reject);
      asked.flushHeaders();
    });
  expect(await stall({ ...canary, fence: randomUUID() })).toBe(409);
  await world.context.database.inTransaction((tx) => generation.setTrust(tx, one.id, { trust: 'suspended' }));
  expect(await stall(canary)).toBe(403);
});

test('what a worker says that it could run counts for no more than it may have in hand', async () => {
  const id = await begin();
  const one = await worker();
  await claimOne(one);
  const { db } = world.context;
  const served = await db
    .selectFrom('generation.serving')
    .select('slots')
    .where('holder', '=', `worker:${one.id}`)
    .execute();
  expect(served).toEqual([{ slots: 2 }]);
  await cancel(id);
  // whoever has to prove itself serves nobody yet
  const young = await newcomer();
  await claimOne(young);
  const none = await db
    .selectFrom('generation.serving')
    .select('slots')
    .where('holder', '=', `worker:${young.id}`)
    .execute();
  expect(none).toEqual([]);
});

test('what comes with a work is kept when it is in order, and refuses the work when it is not', async () => {
  const chamber = await releaseOf(member, 'chamber');
  const one = await worker();
  const input = { prompt: 'a slow waltz', duration_s: 8 };
  const before = await creditsOf(member);
  const ids = [
    await start(member, { release_id: chamber, input }),
    await start(member, { release_id: chamber, input }),
  ];
  const files = { sound: wav(8), score: SCORE, junk: Buffer.from('MThd and nothing more') };
  const say = async (lease: Lease, score: Buffer) => {
    await send(one, lease, 0, files.sound);
    await send(one, lease, 1, score);
    const outputs = [
      { place: 0, sha256: sha256(files.sound), mime: 'audio/wav' },
      { place: 1, sha256: sha256(score), mime: 'audio/midi', role: 'midi' as const },
    ];
    return one.api.runners.createCompletion({ ...refOf(lease), outputs, inference_ms: 5, runtime: RUNTIME });
  };
  await trust(one);
  expect(await say(await claimOne(one), files.score)).toEqual({ delivered: true });
  await expectRefusal(say(await claimOne(one), files.junk), 'OUTPUT_REJECTED');
  await settleDelivered(world.context);
  const [kept, refused] = await Promise.all(ids.map(({ id }) => look(id)));
  const shown = [kept, refused].find((made) => made?.state === 'succeeded');
  const { companions } = await member.api.generation.getAsset({ id: shown?.assets[0]?.id ?? '' });
  expect(companions.map(({ role }) => role).sort()).toEqual(['midi', 'opus']);
  for (const { id, state } of [kept!, refused!]) if (state === 'queued') await cancel(id);
  spent += before.available - (await creditsOf(member)).available;
});

/** So many seconds of a tone. */
function wav(seconds: number): Buffer {
  const rate = 8_000;
  const file = Buffer.alloc(44 + seconds * rate * 2);
  file.write('RIFF');
  file.writeUInt32LE(file.length - 8, 4);
  file.write('WAVEfmt ', 8);
  file.writeUInt32LE(16, 16);
  for (const [at, value] of [
    [20, 1],
    [22, 1],
    [32, 2],
    [34, 16],
  ] as const)
    file.writeUInt16LE(value, at);
  file.writeUInt32LE(rate, 24);
  file.writeUInt32LE(rate * 2, 28);
  file.write('data', 36);
  file.writeUInt32LE(seconds * rate * 2, 40);
  for (let at = 0; at < seconds * rate; at += 1)
    file.writeInt16LE(Math.round(9_000 * Math.sin(at / 5)), 44 + at * 2);
  return file;
}
/** One note. */
const SCORE = Buffer.from(
  '4d54686400000006000000010060' + '4d54726b0000000c' + '00903c5a60803c0000ff2f00',
  'hex',
);

const trust = (one: Worker) =>
  world.context.database.inTransaction((tx) => generation.setTrust(tx, one.id, { trust: 'trusted' }));

test('previews of a trusted machine are made anew and shown, no more than one a second; of others none', async () => {
  const id = await begin();
  const one = await worker();
  const lease = await claimOne(one);
  const told = vi.spyOn(world.context.live, 'signal');
  const shown = (type: string) =>
    told.mock.calls.filter(
      ([channel, event]) => channel === `generation:${id}` && Object(event).type === type,
    );
  const preview = Buffer.from('a picture').toString('base64');
  const { desk } = world.context;
  let glances = 0;
  const anew = { ok: true, value: Buffer.from('made anew') } as const;
  world.context.desk = { ...desk, do: async () => ((glances += 1), anew) as never };
  let now = performance.now();
  const time = vi.spyOn(performance, 'now').mockImplementation(() => now);
  const progress = { step: 3, total: 4, label: 'Pain\u202eting' };
  const say = (more: { preview?: string; log?: string; progress?: typeof progress }) =>
    one.api.runners.updateLease({ ...refOf(lease), started: true, ...more });
  try {
    await say({ preview });
    await trust(one);
    now += 1_000;
    await say({ preview });
    await eventually('it is shown', async () => shown('preview').length === 1);
    await say({ preview });
    await say({ preview, log: 'step 3\u202e\nof 4', progress });
    now += 1_000;
    await say({ preview });
    await eventually('the next is shown', async () => shown('preview').length === 2);
    expect(glances).toBe(2);
    expect(shown('preview')[0]?.[1]).toEqual({ type: 'preview', mime: 'image/webp', bytes: anew.value });
    expect(shown('log')).toEqual([[`generation:${id}`, { type: 'log', text: 'step 3 of 4' }]]);
    expect(shown('progress').map(([, event]) => event)).toEqual([
      { type: 'progress', ...progress, label: 'Pain ting' },
    ]);
    await expectRefusal(say({ preview: 'A'.repeat(60_004) }), 'INVALID_INPUT');
  } finally {
    world.context.desk = desk;
    time.mockRestore();
    told.mockRestore();
  }
  await one.api.runners.deleteLease(refOf(lease));
  await cancel(id);
});

test('what a job may make is a limit for all that is sent for it', async () => {
  const id = await begin();
  const one = await worker();
  const lease = await claimOne(one);
  const { bytes } = await pictureOf(lease);
  const { inbox } = world.context;
  world.context.inbox = { ...inbox, size: async (_, place) => (place === '0' ? 99_999_900 : null) };
  try {
    await expectProblem(send(one, lease, 1, bytes), 'FILE_TOO_LARGE');
    // the same place again takes no more room
    expect((await send(one, lease, 0, bytes)).status).toBe(201);
  } finally {
    world.context.inbox = inbox;
  }
  await one.api.runners.deleteLease(refOf(lease));
  await expectProblem(send(one, lease, 0, bytes), 'LEASE_LOST');
  await cancel(id);
});

test('who is suspended while a claim is under way keeps nothing of it', async () => {
  const id = await begin();
  const one = await worker();
  const { database } = world.context;
  world.context.database = {
    ...database,
    async inTransaction(act) {
      const result = await database.inTransaction(act);
      await database.inTransaction((tx) => generation.setTrust(tx, one.id, { trust: 'suspended' }));
      return result;
    },
  };
  try {
    await expectRefusal(claim(one), 'WORKER_SUSPENDED');
  } finally {
    world.context.database = database;
  }
  expect(await look(id)).toMatchObject({ state: 'queued', attempts: 0 });
  await cancel(id);
});

test('what a suspended machine has in hand is no canary any more, and nothing is counted', async () => {
  const one = await newcomer();
  const canary = await claimOne(one);
  const { bytes, runtime } = await pictureOf(canary);
  await send(one, canary, 0, bytes);
  await changeTrust(world.context, await idOf(member), { id: one.id, trust: 'suspended' });
  await expectRefusal(one.api.runners.updateLease(refOf(canary)), 'LEASE_LOST');
  await expectRefusal(complete(one, canary, sha256(bytes), runtime), 'LEASE_LOST');
  expect(await standing(one)).toMatchObject({ canaries_passed: 0, lost: 0, trust: 'suspended' });
});

test('a worker that waits and finds nothing writes nothing, however often it looks', async () => {
  const one = await worker();
  const written = () =>
    world.context.database.inTransaction(async (tx) => {
      await generation.lockWorker(tx, one.id);
      return (await sql<{ id: string | null }>`select pg_current_xact_id_if_assigned() as id`.execute(tx))
        .rows;
    });
  expect(await written()).toEqual([{ id: null }]);
});

test('processes with one token together hold no more than one may', async () => {
  const ids = await Promise.all(Array.from({ length: 5 }, begin));
  const one = await worker();
  const said = await Promise.all([1, 2, 3, 4].map(() => claim(one, { free: 2 })));
  expect(said.flatMap(({ leases }) => leases)).toHaveLength(2);
  for (const id of ids) await cancel(id);
  for (const lease of said.flatMap(({ leases }) => leases))
    await one.api.runners.createFailure({
      ...refOf(lease),
      code: 'cancelled',
      message: '',
      retryable: false,
    });
});

test('a canary comes among jobs, as old as they are and in the same form', async () => {
  const ids = await Promise.all(Array.from({ length: 3 }, begin));
  const one = await newcomer();
  await world.context.db
    .updateTable('generation.worker')
    .set({ canaries_passed: 2, trust: 'trusted' })
    .where('id', '=', one.id)
    .execute();
  clock.advance(5 * SECOND);
  const leases = await eventually('one is among them', async () => {
    const { leases } = await claim(one, { free: 3 });
    if (leases.some(({ lease_id }) => !ids.includes(lease_id))) return leases;
    for (const lease of leases) await one.api.runners.deleteLease(refOf(lease));
    return false;
  });
  expect(leases).toHaveLength(3);
  const canary = leases.find(({ lease_id }) => !ids.includes(lease_id)) as Lease;
  const askedAt = (id: string) => Number.parseInt(id.replace('-', '').slice(0, 12), 16);
  expect(askedAt(canary.lease_id)).toBeGreaterThanOrEqual(Math.min(...ids.map(askedAt)) - 12);
  for (const { job } of leases) expect(Object.keys(job.input)).toEqual(Object.keys(job.input).sort());
  expect(Object.keys(canary)).toEqual(Object.keys(leases.find((lease) => lease !== canary) ?? {}));
  for (const lease of leases) await one.api.runners.deleteLease(refOf(lease));
  for (const id of ids) await cancel(id);
});

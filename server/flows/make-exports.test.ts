import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { releaseOf } from '../../tests/acts.ts';
import type { Visitor } from '../../tests/client.ts';
import { eventually, gate } from '../../tests/eventually.ts';
import { idOf } from '../../tests/finance.ts';
import { expectProblem, expectRefusal } from '../../tests/refusal.ts';
import { startWorld, type World } from '../../tests/world.ts';
import type { Context } from '../context.ts';
import { type AccountId, asId, type GenerationId, type ModelId, newId, type ReleaseId } from '../ids.ts';
import { BrokenPromise } from '../kit/assert.ts';
import { DAY_MS, settableClock } from '../kit/clock.ts';
import * as analytics from '../modules/analytics/index.ts';
import * as identity from '../modules/identity/index.ts';
import * as registry from '../modules/registry/index.ts';
import { forgetExports } from './forget-exports.ts';
import { makeNextExport } from './make-exports.ts';
import { fireTimers } from './review-timers.ts';

// Nobody makes anything in this world but who is asked to here.

const FACTS = 23;
const ROWS_A_PART = 4;
const PARTS = Math.ceil(FACTS / ROWS_A_PART);
const MINUTE_MS = 60_000;
const clock = settableClock(new Date('2026-11-10T10:00:00Z'));
const staying = new AbortController().signal;
let world: World;
let context: Context;
let creator: Visitor;
let creator_id: AccountId;
let model: { id: ModelId; release_id: ReleaseId };

beforeAll(async () => {
  world = await startWorld({ roles: 'web', clock });
  ({ context } = world);
  creator = await world.creator('mira-solberg');
  creator_id = await idOf(creator);
  const release_id = asId<ReleaseId>(await releaseOf(creator));
  const [found] = await registry.releasesByIds(context.db, [release_id]);
  if (!found) throw new Error('there is no release');
  model = { id: found.model_id, release_id };
  await count(Array.from({ length: FACTS }, (_, n) => factAt(new Date(Date.UTC(2026, 10, 9, 12, n)))));
}, 60_000);
afterAll(() => world.end());

const factAt = (ended_at: Date): analytics.Fact => ({
  generation_id: newId<GenerationId>(ended_at),
  ...{ ended_at, began_at: new Date(ended_at.getTime() - 3_000) },
  ...{ model_id: model.id, release_id: model.release_id, creator_id, payer_id: creator_id },
  ...{ outcome: 'failed', reason: 'model_error', related: false, modality: 'image' },
  ...{ price_micros: 1_000_000n, promo_micros: 0n, paid_micros: 0n, earned: [] },
  ...{ queue_ms: 100, run_ms: null, total_ms: 3_000 },
  ...{ via: 'page', source: 'direct', slot_id: null, follower: false, region: null, settings: [] },
});
async function count(facts: analytics.Fact[]): Promise<void> {
  await context.database.inTransaction((tx) => analytics.addFacts(tx, facts));
  await analytics.foldFacts(context.database, clock.now());
}

const WISH = { dataset: 'generations', range: '7d' } as const;
const order = (wish: Partial<Parameters<Visitor['api']['analytics']['createExport']>[0]> = {}) =>
  creator.api.analytics.createExport({ ...WISH, format: 'csv', ...wish });
const make = (by: Context = context) =>
  makeNextExport(by, staying, { rows_a_part: ROWS_A_PART, parts_a_turn: 2 });
/** It waits for whoever is writing, on this PostgreSQL also for strangers in databases of their own. */
const begun = (what = 'it is begun') =>
  eventually(what, async () => (await makeNextExport(context, staying, { parts_a_turn: 0 })) === 1);
const made = (id: string) =>
  eventually('it is made', async () => {
    await make();
    const one = await creator.api.analytics.getExport({ id });
    expect(one.why).toBeNull();
    return one.state === 'ready' && one;
  });
const drop = (id: string) => creator.api.analytics.deleteExport({ id });
const ask = (id: string, init: RequestInit = {}) =>
  fetch(`${world.url}/api/v1/analytics/exports/${id}/file`, {
    ...init,
    headers: { ...init.headers, cookie: [...creator.cookies].map((pair) => pair.join('=')).join('; ') },
  });
async function bytesOf(id: string): Promise<Buffer> {
  const answer = await ask(id);
  expect(answer.status, await answer.clone().text()).toBe(200);
  return Buffer.from(await answer.arrayBuffer());
}

type Write = (bytes: Uint8Array) => Promise<void>;
/** A worker whose store does something else at its nth write. */
function worker(nth: number, otherwise: (write: Write, bytes: Uint8Array) => Promise<void>): Context {
  let writes = 0;
  const { exports } = context;
  return {
    ...context,
    exports: {
      ...exports,
      write(id, name, bytes) {
        writes += 1;
        const write: Write = (some) => exports.write(id, name, some);
        return writes === nth ? otherwise(write, bytes) : write(bytes);
      },
    },
  };
}
function killed(): never {
  throw new BrokenPromise('the power is gone');
}
const DEATHS: ((write: Write, bytes: Uint8Array) => Promise<void>)[] = [
  () => Promise.reject(new BrokenPromise('the power is gone')),
  // torn: some of it is on the disk
  (write, bytes) => write(bytes.subarray(0, 7)).then(killed),
  // whole on the disk, and never recorded
  (write, bytes) => write(bytes).then(killed),
];

test.each(['csv', 'parquet'] as const)(
  'a worker that is killed anywhere is followed by one that goes on after its last whole part: %s',
  { timeout: 60_000 },
  async (format) => {
    const whole = await order({ format });
    const { rows, digest } = await made(whole.id);
    expect(rows).toBe(FACTS);
    const undisturbed = await bytesOf(whole.id);
    for (let nth = 1; nth <= PARTS; nth += 1) {
      const { id } = await order({ format });
      await begun();
      for (let before = 1; before < nth; before += 1)
        await makeNextExport(context, staying, { rows_a_part: ROWS_A_PART, parts_a_turn: 1 });
      const death = DEATHS[nth % DEATHS.length] ?? (() => killed());
      await expect(make(worker(1, death))).rejects.toThrow('the power is gone');
      // its lease is still held, so nobody goes on at once
      expect(await make()).toBe(0);
      clock.advance(2 * MINUTE_MS);
      const ready = await made(id);
      expect([ready.digest, ready.rows]).toEqual([digest, rows]);
      expect(await bytesOf(id)).toEqual(undisturbed);
      await drop(id);
    }
    await drop(whole.id);
  },
);

test('who was thought to be gone and comes back records nothing', async () => {
  const whole = await order();
  await made(whole.id);
  const { id } = await order();
  await begun();
  const back = gate();
  const slept = gate();
  const slow = make(
    worker(1, async (write, bytes) => {
      slept.open();
      await back.opened;
      await write(bytes);
    }),
  );
  await slept.opened;
  clock.advance(2 * MINUTE_MS);
  const ready = await made(id);
  back.open();
  expect(await slow).toBe(0);
  expect((await creator.api.analytics.getExport({ id })).digest).toBe(ready.digest);
  expect(await bytesOf(id)).toEqual(await bytesOf(whole.id));
  await Promise.all([drop(id), drop(whole.id)]);
});

test('what somebody was still writing when a month was ordered is in it, and of two months none has it twice', async () => {
  clock.set(new Date('2026-12-01T00:00:30Z'));
  creator = await world.creator('mira-solberg');
  const late = factAt(new Date('2026-11-30T23:59:59.990Z'));
  const written = gate();
  const open = gate();
  const writing = context.database.inTransaction(async (tx) => {
    await analytics.addFacts(tx, [late]);
    open.open();
    await written.opened;
  });
  await open.opened;
  const november = await order({ range: undefined, from: '2026-11-01', to: '2026-12-01' });
  const december = await order({ range: undefined, from: '2026-12-01' });
  const stateOf = async ({ id }: { id: string }) => (await creator.api.analytics.getExport({ id })).state;
  for (let tries = 0; tries < 3; tries += 1) await make();
  clock.advance(5 * MINUTE_MS);
  for (let tries = 0; tries < 3; tries += 1) await make();
  const states = [await stateOf(november), await stateOf(december)];
  written.open();
  await writing;
  expect(states).toEqual(['waiting', 'waiting']);
  await analytics.foldFacts(context.database, clock.now());
  expect((await made(november.id)).rows).toBe(FACTS + 1);
  expect((await made(december.id)).rows).toBe(0);
  expect((await bytesOf(november.id)).toString()).toContain(late.generation_id);
  await Promise.all([drop(november.id), drop(december.id)]);
});

test('a time that has just ended waits a minute for who posts into it', async () => {
  clock.set(new Date('2026-12-02T00:00:20Z'));
  creator = await world.creator('mira-solberg');
  const { id } = await order({ range: undefined, from: '2026-12-01', to: '2026-12-02' });
  expect(await make()).toBe(0);
  clock.set(new Date('2026-12-02T00:01:00Z'));
  expect((await made(id)).rows).toBe(0);
  await drop(id);
});

test('a schedule makes one file and one letter for each month, however many workers look', async () => {
  const wanted = { dataset: 'generations', format: 'csv', every: 'month', zone: 'Europe/Berlin' } as const;
  const schedule = await creator.api.analytics.createSchedule(wanted);
  expect((await creator.api.analytics.createSchedule(wanted)).id).toBe(schedule.id);
  expect(schedule.next).toEqual({
    ...{ at: '2027-01-01T00:00:00.000Z', from: '2026-11-30T23:00:00.000Z', to: '2026-12-31T23:00:00.000Z' },
  });
  const months = [
    // the last hour of November by UTC is of December there
    ['2027-01-01T00:00:05Z', 'generations-2026-12-01-to-2026-12-31.csv', 1],
    ['2027-02-01T00:00:05Z', 'generations-2027-01-01-to-2027-01-31.csv', 0],
  ] as const;
  for (const [n, [at, name, rows]] of months.entries()) {
    clock.set(new Date(at));
    await Promise.all([fireTimers(context), fireTimers(context), fireTimers(context)]);
    await eventually('it is made', async () => {
      await Promise.all([make(), make(), make()]);
      return (await lettersTo('mira-solberg@house.invalid')).length > n;
    });
    await Promise.all([make(), make(), fireTimers(context)]);
    const letters = await lettersTo('mira-solberg@house.invalid');
    expect(letters).toHaveLength(n + 1);
    expect(letters[0]?.text).toContain(`${world.url}/creator/exports`);
    creator = await world.creator('mira-solberg');
    const { items } = await creator.api.analytics.listExports({});
    const ready = items.filter((one) => one.scheduled && one.state === 'ready');
    expect(ready.map((one) => [one.name, one.rows])).toEqual([[name, rows]]);
  }
  await creator.api.analytics.deleteSchedule({ id: schedule.id });
  clock.advance(40 * DAY_MS);
  expect(await fireTimers(context)).toBe(0);
  creator = await world.creator('mira-solberg');
});

test('generations that are not kept one by one any more are not left out silently', async () => {
  const kept_from = '2026-11-09T12:05:00.000Z';
  const keptSince = (at: string) =>
    context.database.pool.query('update analytics.state set facts_from = $1', [at]);
  await keptSince(kept_from);
  const { id, from } = await order({ range: undefined, from: '2026-11-01', to: '2026-11-10' });
  expect(from).toBe(kept_from);
  expect((await made(id)).rows).toBe(FACTS - 5);
  const before = order({ range: undefined, from: '2026-10-01', to: '2026-11-01' });
  expect(await expectRefusal(before, 'GENERATIONS_NOT_KEPT')).toMatchObject({ kept_from });
  await keptSince('2000-01-01T00:00:00Z');
  await drop(id);
});

async function lettersTo(email: string) {
  const mails = await identity.listMail(context.db, { after: null, limit: 50 });
  return mails.filter(({ to, subject }) => to === email && subject.startsWith('Your figures are ready'));
}

test('files go when their time is over, with what nobody knows, and no other', async () => {
  const folder = path.join(context.config.data_dir, 'exports');
  const nobodys = '00000000-0000-4000-8000-000000000000';
  await context.exports.write(nobodys, '1-1', Buffer.from('left behind'));
  const [over, running] = [await order(), await order()];
  await made(over.id);
  await begun();
  clock.advance(6 * DAY_MS);
  await forgetExports(context);
  expect(await readdir(folder)).toContain(over.id);
  expect(await readdir(folder)).not.toContain(nobodys);
  creator = await world.creator('mira-solberg');
  await made(running.id);
  clock.advance(2 * DAY_MS);
  await forgetExports(context);
  expect(await readdir(folder)).not.toContain(over.id);
  expect(await readdir(folder)).toContain(running.id);
  creator = await world.creator('mira-solberg');
  const { items } = await creator.api.analytics.listExports({});
  expect(items.find(({ id }) => id === over.id)?.state).toBe('expired');
  for (const { id } of items) await drop(id);
});

test('there are as many files, schedules and downloads as one may have, and none of what is not there', async () => {
  const open = [await order(), await order(), await order()];
  await expectRefusal(order(), 'EXPORTS_FULL');
  const [first, ...others] = open;
  if (!first) throw new Error('nothing was ordered');
  await expectProblem(ask(first.id), 'EXPORT_NOT_READY');
  for (const { id } of others) await drop(id);
  const ready = await made(first.id);
  const head = await ask(first.id, { method: 'HEAD' });
  expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([
    ...[200, String(ready.bytes), ''],
  ]);
  await expectProblem(
    ask(first.id, { headers: { range: `bytes=${ready.bytes}-` } }),
    'RANGE_NOT_SATISFIABLE',
  );

  const { read } = context.exports;
  const sent = gate();
  let begun = 0;
  context.exports.read = async function* slowly(...of) {
    begun += 1;
    await sent.opened;
    yield* read(...of);
  };
  const going = [1, 2, 3, 4].map(() => bytesOf(first.id));
  await eventually('four are being sent', () => begun === going.length);
  await expectProblem(ask(first.id), 'DOWNLOADS_FULL');
  sent.open();
  for (const bytes of await Promise.all(going)) expect(bytes.byteLength).toBe(ready.bytes);
  context.exports.read = read;

  const other = await world.creator('tonfall');
  const cookie = [...other.cookies].map((pair) => pair.join('=')).join('; ');
  const path_of_file = `${world.url}/api/v1/analytics/exports/${first.id}/file`;
  await expectProblem(fetch(path_of_file, { headers: { cookie } }), 'NOT_FOUND');

  const folder = path.join(context.config.data_dir, 'exports');
  expect(await readdir(folder)).toContain(first.id);
  await drop(first.id);
  expect(await readdir(folder)).not.toContain(first.id);
  await expectProblem(ask(first.id), 'NOT_FOUND');

  const zones = ['Europe/Berlin', 'Europe/Paris', 'Europe/Rome', 'Europe/Oslo', 'Asia/Tokyo', 'Asia/Dubai'];
  for (const zone of [...zones, 'UTC', 'America/Lima', 'Africa/Lagos', 'Asia/Kolkata'])
    await creator.api.analytics.createSchedule({ dataset: 'usage', format: 'csv', every: 'week', zone });
  await expectRefusal(
    creator.api.analytics.createSchedule({ dataset: 'funnel', format: 'csv', every: 'week' }),
    'SCHEDULES_FULL',
  );
});

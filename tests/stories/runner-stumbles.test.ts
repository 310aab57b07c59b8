import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { settableClock } from '../../server/kit/clock.ts';
import { runNext } from '../../server/roles/runner.ts';
import { reap, settleDelivered, startWorker } from '../../server/roles/worker.ts';
import { creditsOf, ended, expectEverythingHolds, releaseOf, start } from '../acts.ts';
import type { Visitor } from '../client.ts';
import { withoutRoom } from '../full-store.ts';
import { eventually, gate } from '../eventually.ts';
import { expectRefusal } from '../refusal.ts';
import { fails, hangs, scriptedEngine, succeedsOnce, throws } from '../scripted-engine.ts';
import { startWorld, type World } from '../world.ts';

// Here nobody works by themselves: the test is the runner, the worker and the clock.
const engine = scriptedEngine();
const clock = settableClock(new Date('2026-11-22T12:00:00Z'));
const never = new AbortController().signal;
let world: World;
let member: Visitor;
let release_id: string;
let spent = 0;

beforeAll(async () => {
  // silent: runs break here on purpose, and say so
  world = await startWorld({ engine, clock, roles: 'web,relay', env: { LOG_LEVEL: 'silent' } });
  member = await world.member('ruth');
  release_id = await releaseOf(member);
});
afterAll(() => world.end());
afterEach(() => expectEverythingHolds(world));

const begin = async () => (await start(member, { release_id })).id;
const runOnce = (holder = 'the runner') => runNext(world.context, 'embedded', holder, never);
const settle = () => settleDelivered(world.context);
const look = (id: string) => member.api.generation.getGeneration({ id });
const SECOND = 1_000;
const MINUTE = 60 * SECOND;

async function expectUncharged(id: string, state: 'failed' | 'expired', code: string): Promise<void> {
  expect(await look(id)).toMatchObject({ state, failure: { code }, charged_micros: null, assets: [] });
  expect(await settle()).toBe(0);
  await expectRefusal(member.api.earnings.getReceipt({ id }), 'NOT_SETTLED');
  expect(await creditsOf(member)).toEqual({ available: 100 - spent, held: 0 });
}

async function expectChargedOnce(id: string, attempts: number): Promise<void> {
  spent += 1;
  const generation = await look(id);
  expect(generation).toMatchObject({
    state: 'succeeded',
    attempts,
    charged_micros: '1000000',
    failure: null,
  });
  expect(generation.assets).toHaveLength(1);
  expect(await creditsOf(member)).toEqual({ available: 100 - spent, held: 0 });
  const { items } = await member.api.wallet.listWalletEntries({ kind: 'charge' });
  expect(items.filter(({ generation_id }) => generation_id === id)).toHaveLength(1);
}

/** Lets the lease of a runner that went silent lapse; its heartbeat may get in between, so until it has. */
const loseLease = (id: string) =>
  eventually('the lease lapses', async () => {
    clock.advance(31 * SECOND);
    await reap(world.context);
    return (await look(id)).state !== 'running';
  });

test('a failure that would happen again is the end, and costs nothing', async () => {
  engine.next(fails('invalid_input', { retryable: false }));
  const id = await begin();
  await runOnce();
  await expectUncharged(id, 'failed', 'invalid_input');
});

test('a run that makes nothing is a failure, and costs nothing', async () => {
  engine.next(async (job, options) => {
    const made = await succeedsOnce(Promise.resolve())(job, options);
    return made.ok ? { ...made, outputs: [] } : made;
  });
  const id = await begin();
  await runOnce();
  await expectUncharged(id, 'failed', 'output_rejected');
});

test('a failure that may pass is tried again under the same id, after a pause', async () => {
  engine.next(fails('engine_crashed', { retryable: true }));
  const id = await begin();
  await runOnce();
  expect(await look(id)).toMatchObject({ state: 'queued', attempts: 1, failure: null });
  expect(await creditsOf(member)).toMatchObject({ held: 1 });
  expect(await runOnce()).toBe(false); // it rests a moment first

  clock.advance(10 * SECOND);
  expect(await runOnce()).toBe(true);
  expect(await settle()).toBe(1);
  await expectChargedOnce(id, 2);
});

test('three crashes are a failure', async () => {
  const crash = fails('engine_crashed', { retryable: true });
  engine.next(crash, crash, crash);
  const calls = engine.calls.length;
  const id = await begin();
  for (let attempt = 1; attempt <= 3; attempt += 1) {
    expect(await runOnce()).toBe(true);
    clock.advance(MINUTE);
  }
  expect(await runOnce()).toBe(false);
  expect(engine.calls.length - calls).toBe(3);
  await expectUncharged(id, 'failed', 'engine_crashed');
});

test('an engine that throws is an engine that failed', async () => {
  engine.next(throws);
  const id = await begin();
  await runOnce();
  expect(await look(id)).toMatchObject({ state: 'queued', attempts: 1 });
  clock.advance(MINUTE);
  await runOnce();
  await settle();
  await expectChargedOnce(id, 2);

  engine.next(throws, throws, throws);
  const hopeless = await begin();
  for (let attempt = 1; attempt <= 3; attempt += 1) {
    await runOnce();
    clock.advance(MINUTE);
  }
  await expectUncharged(hopeless, 'failed', 'runner_broke');
});

test('a result that finds no room on the disk is a failure and costs nothing', async () => {
  const { media } = world.context;
  world.context.media = withoutRoom(media);
  try {
    const id = await begin();
    await runOnce();
    await expectUncharged(id, 'failed', 'storage_full');
  } finally {
    world.context.media = media;
  }
});

test('where there is no room, nothing is started that would need some', async () => {
  const { media } = world.context;
  world.context.media = { ...media, room: async () => 1_000_000n };
  try {
    await expectRefusal(start(member, { release_id }), 'STORAGE_FULL');
    expect(await creditsOf(member)).toEqual({ available: 100 - spent, held: 0 });
  } finally {
    world.context.media = media;
  }
});

test('what nobody takes in time expires', async () => {
  const id = await begin();
  clock.advance(29 * MINUTE);
  await reap(world.context);
  expect((await look(id)).state).toBe('queued');
  clock.advance(2 * MINUTE);
  await Promise.all([reap(world.context), reap(world.context), reap(world.context)]);
  await expectUncharged(id, 'expired', 'waited_too_long');
});

test('a runner that lost its lease reports to nobody: the second one’s result is charged, once', async () => {
  const late = gate();
  engine.next(succeedsOnce(late.opened));
  const id = await begin();
  const first = runOnce('the first');
  await eventually('it runs', async () => (await look(id)).state === 'running');
  await loseLease(id);
  expect(await look(id)).toMatchObject({ state: 'queued', attempts: 1 });

  expect(await runOnce('the second')).toBe(true);
  expect(await settle()).toBe(1);
  late.open();
  await first;
  expect(await settle()).toBe(0);
  await expectChargedOnce(id, 2);
});

test('its report is refused just the same while the second one still works, and between delivery and settlement', async () => {
  for (const between of ['work', 'delivery'] as const) {
    const late = gate();
    const second = gate();
    engine.next(succeedsOnce(late.opened), succeedsOnce(second.opened));
    const id = await begin();
    const first = runOnce('the first');
    await eventually('it runs', async () => (await look(id)).state === 'running');
    await loseLease(id);
    const other = runOnce('the second');
    await eventually('it runs again', async () => (await look(id)).state === 'running');
    if (between === 'delivery') {
      second.open();
      await other;
    }
    late.open();
    await first;
    expect((await look(id)).state).toBe(between === 'work' ? 'running' : 'delivering');
    second.open();
    await other;
    expect(await settle()).toBe(1);
    await expectChargedOnce(id, 2);
  }
});

test('a failure reported after the lease was lost ends nothing', async () => {
  const late = gate();
  engine.next(async (job, options) => {
    await succeedsOnce(late.opened)(job, options);
    return { ok: false, code: 'model_error', message: 'too late to matter', retryable: false };
  });
  const id = await begin();
  const first = runOnce('the first');
  await eventually('it runs', async () => (await look(id)).state === 'running');
  await loseLease(id);
  late.open();
  await first;
  expect(await look(id)).toMatchObject({ state: 'queued', failure: null });
  await runOnce('the second');
  await settle();
  await expectChargedOnce(id, 2);
});

test('runners that vanish three times are a failure', async () => {
  const id = await begin();
  const late = gate();
  const gone: Promise<boolean>[] = [];
  for (let attempt = 1; attempt <= 3; attempt += 1) {
    engine.next(succeedsOnce(late.opened));
    gone.push(runOnce(`runner ${attempt}`));
    await eventually('it runs', async () => (await look(id)).state === 'running');
    await loseLease(id);
  }
  await expectUncharged(id, 'failed', 'runner_lost');
  late.open();
  await Promise.all(gone);
  await expectUncharged(id, 'failed', 'runner_lost');
});

test('a runner that is sent home gives its job back, and the attempt does not count', async () => {
  engine.next(hangs);
  const home = new AbortController();
  const id = await begin();
  const running = runNext(world.context, 'embedded', 'the runner', home.signal);
  await eventually('it runs', async () => (await look(id)).state === 'running');
  home.abort();
  await running;
  expect(await look(id)).toMatchObject({ state: 'queued', attempts: 0 });
  await runOnce();
  await settle();
  await expectChargedOnce(id, 1);
});

test('a worker that comes back finds what was delivered meanwhile and settles it once, however many come', async () => {
  const ids = [await begin(), await begin(), await begin()];
  for (const _ of ids) await runOnce();
  for (const id of ids) expect((await look(id)).state).toBe('delivering');
  expect(await creditsOf(member)).toMatchObject({ held: 3 });

  const workers = Array.from({ length: 4 }, () => startWorker(world.context));
  await Promise.all(ids.map((id) => ended(member, id)));
  await Promise.all(workers.map((worker) => worker.stop()));
  const more = await Promise.all([settle(), settle(), settle()]);
  expect(more).toEqual([0, 0, 0]);
  spent += 2;
  for (const id of ids.slice(0, 1)) await expectChargedOnce(id, 1);
  const { items } = await member.api.wallet.listWalletEntries({ kind: 'charge' });
  expect(ids.map((id) => items.filter(({ generation_id }) => generation_id === id).length)).toEqual([
    1, 1, 1,
  ]);
});

import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { settleDelivered } from '../../server/roles/worker.ts';
import { creditsOf, ended, expectEverythingHolds, reaches, releaseOf, start } from '../acts.ts';
import type { Visitor } from '../client.ts';
import { eventually, gate } from '../eventually.ts';
import { expectRefusal } from '../refusal.ts';
import { hangs, scriptedEngine, succeedsOnce } from '../scripted-engine.ts';
import { startWorld, type World } from '../world.ts';

const engine = scriptedEngine();
let world: World;
let member: Visitor;
let release_id: string;

beforeAll(async () => {
  world = await startWorld({ engine });
  member = await world.member('cara');
  release_id = await releaseOf(member);
});
afterAll(() => world.end());
afterEach(() => expectEverythingHolds(world));

const cancel = (id: string) => member.api.generation.createCancellation({ id });
const kindsOf = async (id: string) => {
  const { items } = await member.api.wallet.listWalletEntries({});
  return items.filter(({ generation_id }) => generation_id === id).map(({ kind }) => kind);
};

test('what waits is cancelled at once, and no runner ever sees it', async () => {
  engine.next(hangs);
  const running = await start(member, { release_id });
  await reaches(member, running.id, 'running');
  const waiting = await start(member, { release_id });
  expect(await creditsOf(member)).toEqual({ available: 98, held: 2 });

  const cancelled = await cancel(waiting.id);
  expect(cancelled).toMatchObject({
    state: 'cancelled',
    charged_micros: null,
    assets: [],
    can: { cancel: { allowed: false } },
  });
  expect(await creditsOf(member)).toEqual({ available: 99, held: 1 });
  expect(await kindsOf(waiting.id)).toEqual(['release']);

  await cancel(running.id);
  await ended(member, running.id);
  expect(engine.calls.map(({ job }) => job.generation_id)).not.toContain(waiting.id);
  expect(await creditsOf(member)).toEqual({ available: 100, held: 0 });
});

test('what runs is stopped, its hold released and nothing charged', async () => {
  engine.next(hangs);
  const { id } = await start(member, { release_id });
  await reaches(member, id, 'running');
  const states = watch(id);
  expect(await cancel(id)).toMatchObject({ can: { cancel: { allowed: false } } });

  expect(await ended(member, id)).toMatchObject({
    state: 'cancelled',
    charged_micros: null,
    failure: null,
    assets: [],
  });
  expect(engine.calls.at(-1)?.aborted()).toBe(true);
  expect((await states).at(-1)).toBe('cancelled');
  expect(await kindsOf(id)).toEqual(['release']);
  expect(await creditsOf(member)).toEqual({ available: 100, held: 0 });
  await expectRefusal(member.api.earnings.getReceipt({ id }), 'NOT_SETTLED');
});

test('a result that comes after the cancellation is thrown away', async () => {
  const late = gate();
  engine.next(succeedsOnce(late.opened));
  const { id } = await start(member, { release_id });
  await reaches(member, id, 'running');
  const call = engine.calls.at(-1);
  await cancel(id);
  await eventually('the engine is asked to stop', () => call?.aborted());
  late.open();

  expect(await ended(member, id)).toMatchObject({ state: 'cancelled', charged_micros: null, assets: [] });
  expect(await settleDelivered(world.context)).toBe(0);
  expect((await member.api.generation.listAssets({})).items).toEqual([]);
  expect(await creditsOf(member)).toEqual({ available: 100, held: 0 });
});

test('cancelling often and all at once is cancelling once', async () => {
  engine.next(hangs);
  const { id } = await start(member, { release_id });
  await reaches(member, id, 'running');
  const tries = await Promise.allSettled(Array.from({ length: 10 }, () => cancel(id)));
  expect(tries.some(({ status }) => status === 'fulfilled')).toBe(true);
  await ended(member, id);
  await expectRefusal(cancel(id), 'ALREADY_ENDED');
  expect(await kindsOf(id)).toEqual(['release']);
  expect(await creditsOf(member)).toEqual({ available: 100, held: 0 });
});

test('what is finished cannot be cancelled any more', async () => {
  const { id } = await start(member, { release_id });
  await reaches(member, id, 'succeeded');
  const refused = await expectRefusal(cancel(id), 'ALREADY_ENDED');
  expect(refused).toMatchObject({ state: 'succeeded' });
  expect(await creditsOf(member)).toEqual({ available: 99, held: 0 });
});

test('what is delivered and not settled yet cannot be cancelled either: it is charged', async () => {
  const slow = await startWorld({ engine, roles: 'web,runner' });
  try {
    const person = await slow.member('dora');
    const { id } = await start(person, { release_id: await releaseOf(person) });
    await reaches(person, id, 'delivering');
    const refused = await expectRefusal(person.api.generation.createCancellation({ id }), 'ALREADY_ENDED');
    expect(refused).toMatchObject({ state: 'delivering' });
    expect(await person.api.generation.getGeneration({ id })).toMatchObject({
      assets: [],
      charged_micros: null,
    });
    expect(await settleDelivered(slow.context)).toBe(1);
    expect(await creditsOf(person)).toEqual({ available: 99, held: 0 });
    await expectEverythingHolds(slow);
  } finally {
    await slow.end();
  }
});

async function watch(id: string): Promise<string[]> {
  const states: string[] = [];
  for await (const event of await member.api.generation.watchGeneration({ id })) {
    if (event.type === 'state') states.push(event.generation.state);
  }
  return states;
}

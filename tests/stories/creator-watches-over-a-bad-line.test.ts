import { randomUUID } from 'node:crypto';
import { getEventMeta } from '@orpc/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { asId, type AccountId } from '../../server/ids.ts';
import { tellAll } from '../../server/kit/outbox.ts';
import { present } from '../../server/kit/assert.ts';
import * as identity from '../../server/modules/identity/index.ts';
import { watchAnalytics } from '../../server/views/analytics/watch.ts';
import { buy, releaseOf } from '../acts.ts';
import type { Visitor } from '../client.ts';
import { eventually } from '../eventually.ts';
import { fallingLine, type FallingLine } from '../falling-line.ts';
import { generate } from '../finance.ts';
import { scriptedEngine } from '../scripted-engine.ts';
import { startWorld, type World } from '../world.ts';

const HANDLE = 'mira-solberg';
let line: FallingLine;
let world: World;
let creator: Visitor;
let fan: Visitor;
let release_id: string;

beforeAll(async () => {
  line = await fallingLine();
  // what is made up here is told to those who watch, and counted by nobody
  world = await startWorld({ engine: scriptedEngine(), env: line.env, roles: 'web,worker,runner' });
  creator = await world.creator(HANDLE);
  fan = await world.member('kira');
  await buy(fan, 'pack-1000');
  release_id = await releaseOf(fan);
}, 60_000);
afterAll(async () => {
  await world.end();
  await line.close();
});

type Event = { id: string; type: string; earned: string[]; today: number };

/** A window that notes all that it hears, and what became of its line. */
async function watcher(last_id?: string) {
  const leaving = new AbortController();
  const events = await creator.api.analytics.watchAnalytics(
    { zone: 'UTC' },
    { signal: leaving.signal, ...(last_id === undefined ? {} : { lastEventId: last_id }) },
  );
  const heard: Event[] = [];
  const fell = (async () => {
    for await (const event of events) {
      const id = getEventMeta(event)?.id ?? '';
      const earned = event.type === 'tick' ? event.earned.map((one) => one.generation_id) : [];
      const today = event.type === 'home' ? event.home.today : event.type === 'tick' ? event.today : null;
      heard.push({ id, type: event.type, earned, today: today?.generations ?? -1 });
    }
  })().then(
    () => 'ended',
    () => 'broke',
  );
  await eventually('the first event', () => heard[0]);
  return { heard, fell, leave: () => leaving.abort() };
}
type Window = Awaited<ReturnType<typeof watcher>>;
const earnedIn = ({ heard }: Window) => heard.flatMap(({ earned }) => earned);

test('after the line was cut she is told all that happened meanwhile, each once', async () => {
  const window = await watcher();
  const seen = await generate(fan, release_id, 'paid');
  await eventually('she is told', () => earnedIn(window).includes(seen));
  const told = window.heard.length;
  line.fall();
  expect(await window.fell).toBe('broke');
  await expect(creator.api.analytics.getCreatorHome({})).rejects.toThrow();
  line.mend();

  const missed = [await generate(fan, release_id, 'paid'), await generate(fan, release_id, 'promo')];
  const back = await watcher(window.heard[told - 1]?.id);
  expect(back.heard[0]?.type).toBe('tick');
  const later = await generate(fan, release_id, 'paid');
  await eventually('she is told what comes, too', () => earnedIn(back).includes(later));
  expect(earnedIn(back)).toEqual([...missed, later]);
  expect(back.heard.findLast(({ type }) => type === 'tick')?.today).toBe(4);
  back.leave();
});

test('windows of one person are told the same in the same words', async () => {
  const windows = [await watcher(), await watcher(), await watcher()];
  const id = await generate(fan, release_id, 'paid');
  for (const window of windows) await eventually('each is told', () => earnedIn(window).includes(id));
  const ticks = windows.map(({ heard }) => heard.filter(({ type }) => type === 'tick'));
  expect(ticks[1]).toEqual(ticks[0]);
  expect(ticks[2]).toEqual(ticks[0]);
  for (const { leave } of windows) leave();
});

test('who takes nothing for long is told how things stand, and not all that happened', async () => {
  const { id } = present(await identity.accountByHandle(world.context.db, HANDLE), 'the creator');
  const leaving = new AbortController();
  const asked = { zone: 'UTC', after: undefined, signal: leaving.signal };
  const slow = watchAnalytics(world.context, asId<AccountId>(id), asked);
  const next = async () => {
    const { done, value } = await slow.next();
    if (done) throw new Error('the stream ended');
    return value.event.type;
  };
  expect(await next()).toBe('home');
  const watching = await watcher();
  const generation_id = await generate(fan, release_id, 'paid');
  const ticks = () => watching.heard.filter(({ type }) => type === 'tick').length;
  // each is looked at by itself: the money of a generation of hers was corrected
  for (let n = 0; n < 40; n += 1) {
    const before = ticks();
    await tell('generation.corrected', [generation_id]);
    await eventually('it is told', () => ticks() > before);
  }
  const waited: string[] = [];
  while (waited.at(-1) !== 'home') waited.push(await next());
  expect(waited.length).toBeLessThan(40);
  leaving.abort();
  watching.leave();
});

test('who was away for longer than is remembered is told how things stand', async () => {
  const window = await watcher();
  const id = present(window.heard.at(-1), 'an event').id;
  window.leave();
  await tell(
    'generation.cancelled',
    Array.from({ length: 4_500 }, () => randomUUID()),
  );
  // whoever stays sees it remembered and forgotten
  const staying = await watcher();
  await eventually('it is too long ago', async () => {
    const back = await watcher(id);
    back.leave();
    return back.heard[0]?.type === 'home' && back.heard[0].today === 6;
  });
  staying.leave();
});

async function tell(topic: string, ids: readonly string[]): Promise<void> {
  const { database, clock, wake } = world.context;
  const news = ids.map((generation_id) => ({ generation_id }));
  await database.inTransaction((tx) => tellAll(tx, topic, news, clock.now()));
  wake.send('news');
}

import { afterAll, beforeAll, expect, test } from 'vitest';
import { settableClock } from '../../server/kit/clock.ts';
import { buy, ended, micros, releaseOf, start } from '../acts.ts';
import type { Visitor } from '../client.ts';
import { eventually } from '../eventually.ts';
import { expectRefusal } from '../refusal.ts';
import { scriptedEngine } from '../scripted-engine.ts';
import { startWorld, type World } from '../world.ts';

const clock = settableClock(new Date('2026-11-20T12:00:00Z'));
let world: World;
let fan: Visitor;
let stranger: Visitor;
beforeAll(async () => {
  world = await startWorld({ engine: scriptedEngine(), clock });
  fan = await world.member('kira');
  stranger = world.visitor();
});
afterAll(() => world.end());

const sums = ({ promises }: Awaited<ReturnType<typeof books>>) =>
  Object.fromEntries(promises.map(({ key, owed_micros }) => [key, owed_micros]));
const books = (at?: string) => stranger.api.books.getBooks(at ? { at } : {});

test('somebody without an account sees what is owed, and that dollars stand behind all of it', async () => {
  await buy(fan, 'pack-1000');
  const { id } = await start(fan, { release_id: await releaseOf(fan), spend_first: 'paid' });
  await ended(fan, id);
  // what was read for somebody a moment ago is shown for some seconds
  const found = await eventually(
    'the books show what was bought',
    async () => {
      const now = await books();
      return sums(now).paid === '999000000' && now;
    },
    10_000,
  );
  expect(found.promises.map(({ difference_micros }) => difference_micros)).toEqual(['0', '0', '0']);
  expect(found.totals.map(({ asset, sum_micros }) => [asset, sum_micros])).toEqual([
    ['CREDIT', '0'],
    ['USD', '0'],
    ['STELAI', '0'],
  ]);
  const [paid] = found.promises;
  expect(paid).toMatchObject({ backing: { amount_micros: '9990000' }, backing_micros: '999000000' });
  expect(sums(found).earned).toBe('1000000');
  expect(found.others.find(({ key }) => key === 'rest')?.amount_micros).toBe('0');
  expect(found.ledger.postings).toBeGreaterThan(found.ledger.batches);
  for (const { why } of [...found.promises, ...found.others]) expect(why).not.toBe('');
});

test('and how it was before: nothing that came later, and never an account of anybody', async () => {
  clock.advance(3_600_000);
  const before = await books(clock.now().toISOString());
  await buy(fan, 'pack-1000');
  const same = await books(clock.now().toISOString());
  expect(sums(same)).toEqual(sums(before));
  clock.advance(1);
  const after = await books(clock.now().toISOString());
  expect(micros(sums(after).paid ?? '') - micros(sums(before).paid ?? '')).toBe(1_000_000_000n);
  expect(sums(await books('2020-01-01T00:00:00.000Z'))).toEqual({ paid: '0', promo: '0', earned: '0' });

  const { account } = await fan.api.identity.getMe();
  expect(JSON.stringify(after)).not.toContain(account?.id);
  expect(JSON.stringify(after)).not.toContain(account?.handle);
  const tomorrow = new Date(clock.now().getTime() + 86_400_000).toISOString();
  await expectRefusal(books(tomorrow), 'NOT_YET');
  await expectRefusal(books('yesterday'), 'INVALID_INPUT');
});

test('the answer may be kept for some seconds, by anybody between', async () => {
  const response = await stranger.fetch('/api/v1/books');
  expect(response.headers.get('cache-control')).toBe('public, max-age=5');
  const refused = await stranger.fetch('/api/v1/books?at=yesterday');
  expect(refused.headers.get('cache-control')).toBe('no-store');
});

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { settableClock } from '../../server/kit/clock.ts';
import { buy, ended, expectEverythingHolds, micros, releaseOf, start } from '../acts.ts';
import type { Visitor } from '../client.ts';
import { expectRefusal } from '../refusal.ts';
import { scriptedEngine } from '../scripted-engine.ts';
import { startWorld, type World } from '../world.ts';

const DAY = 24 * 3_600_000;
// two days before a month ends: both sides of the boundary are near
const clock = settableClock(new Date('2026-11-29T22:00:00Z'));
let world: World;
let creator: Visitor;
let fan: Visitor;
let release_id: string;
const HANDLE = 'mira-solberg';
const SHARE = 700_000n;

beforeAll(async () => {
  world = await startWorld({ engine: scriptedEngine(), clock });
  creator = await world.creator(HANDLE);
  fan = await world.member('kira');
  await buy(fan, 'pack-1000');
  release_id = await releaseOf(fan);
});
afterAll(() => world.end());

async function generate(spend_first: 'promo' | 'paid'): Promise<string> {
  const { id } = await start(fan, { release_id, spend_first });
  expect(await ended(fan, id)).toMatchObject({ state: 'succeeded' });
  return id;
}

async function earnedByTheLedger(): Promise<bigint> {
  const { rows } = await world.context.database.pool.query<{ sum: string }>(
    `select coalesce(sum(l.amount), 0)::text as sum from ledger.entries l
      join ledger.accounts a on a.id = l.account_id join identity.account p on a.key like 'creator:' || p.id || ':%' where p.handle = $1`,
    [HANDLE],
  );
  return micros(rows[0]?.sum ?? '0');
}

/** An open earnings page: what it showed at first, and every tick since. */
async function watcher() {
  const leaving = new AbortController();
  const events = await creator.api.earnings.watchEarnings({}, { signal: leaving.signal });
  const next = async () => {
    const { done, value } = await events.next();
    if (done) throw new Error('the stream ended');
    return value;
  };
  const first = await next();
  if (first.type !== 'earnings') throw new Error('the totals come first');
  return {
    totals: first.earnings,
    async tick() {
      const event = await next();
      if (event.type !== 'accrued') throw new Error(`not a tick: ${event.type}`);
      return event;
    },
    leave: () => leaving.abort(),
  };
}

test('two who watch see the same ticks, and the totals are the ledger’s', async () => {
  const [one, two] = await Promise.all([watcher(), watcher()]);
  expect(one.totals).toMatchObject({ total_micros: '0', today: { amount_micros: '0', generations: 0 } });

  for (const [index, funding] of (['promo', 'paid', 'promo'] as const).entries()) {
    const id = await generate(funding);
    const [tick, same] = await Promise.all([one.tick(), two.tick()]);
    expect(same).toEqual(tick);
    const amount = SHARE.toString();
    expect(tick.line).toMatchObject({
      generation_id: id,
      price_micros: '1000000',
      amount_micros: amount,
      pending_micros: funding === 'paid' ? amount : '0',
      vesting_micros: funding === 'promo' ? amount : '0',
    });
    const sofar = SHARE * BigInt(index + 1);
    const expected = { amount_micros: sofar.toString(), generations: index + 1 };
    expect(tick.today).toEqual(expected);
    expect(tick.month).toEqual(expected);
    expect(await earnedByTheLedger()).toBe(sofar);
  }
  one.leave();
  two.leave();

  const earnings = await creator.api.earnings.getEarnings({});
  expect(earnings).toMatchObject({
    balances: { pending_micros: SHARE.toString(), vesting_micros: (2n * SHARE).toString() },
    total_micros: (3n * SHARE).toString(),
    models: [{ model: { slug: 'drift' }, amount_micros: (3n * SHARE).toString(), generations: 3 }],
  });
  expect(earnings.days.at(-1)).toEqual({
    day: '2026-11-29',
    amount_micros: (3n * SHARE).toString(),
    generations: 3,
  });
  expect(earnings.days).toHaveLength(30);
  await expectEverythingHolds(world);
});

test('a month is exactly the month, in UTC, on the page and in the export', async () => {
  clock.set(new Date('2026-11-30T23:59:59.999Z'));
  const last = await generate('paid');
  clock.set(new Date('2026-12-01T00:00:00.000Z'));
  const first = await generate('paid');

  const earnings = await creator.api.earnings.getEarnings({});
  expect(earnings).toMatchObject({
    today: { amount_micros: SHARE.toString(), generations: 1 },
    month: { amount_micros: SHARE.toString(), generations: 1 },
    total_micros: (5n * SHARE).toString(),
  });
  const november = await rowsOf('2026-11');
  const december = await rowsOf('2026-12');
  expect(november.at(-1)).toMatchObject({ generation_id: last, settled_at: '2026-11-30T23:59:59.999Z' });
  expect(december.map(({ generation_id }) => generation_id)).toEqual([first]);
  const sums = [november, december].map((rows) =>
    rows.reduce((sum, row) => sum + micros(row.amount_micros ?? ''), 0n),
  );
  expect(sums).toEqual([4n * SHARE, SHARE]);
  expect(await rowsOf('2026-10')).toEqual([]);
  await expectEverythingHolds(world);
});

describe('the export', () => {
  test('is complete: every line of the month, to the micro-credit', async () => {
    const { items } = await creator.api.earnings.listEarningsLines({});
    const exported = [...(await rowsOf('2026-11')), ...(await rowsOf('2026-12'))];
    expect(
      exported
        .map(({ generation_id, amount_micros, pending_micros, vesting_micros }) => {
          return { generation_id, amount_micros, pending_micros, vesting_micros };
        })
        .reverse(),
    ).toEqual(
      items.map(({ generation_id, amount_micros, pending_micros, vesting_micros }) => {
        return { generation_id, amount_micros, pending_micros, vesting_micros };
      }),
    );
    for (const row of exported) {
      expect(micros(row.pending_micros ?? '') + micros(row.vesting_micros ?? '')).toBe(
        micros(row.amount_micros ?? ''),
      );
    }
  });

  test('comes as a file that no spreadsheet will run', async () => {
    const response = await creator.fetch('/api/v1/earnings/export?month=2026-11');
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toMatch(/^text\/csv/);
    expect(response.headers.get('content-disposition')).toContain('earnings-2026-11.csv');
    expect(response.headers.get('cache-control')).toContain('no-store');
    const cells = (await response.text()).split(/[\n,]/);
    expect(cells.filter((cell) => /^"?[=+@\t\r-]/.test(cell))).toEqual([]);
  });

  test('is of a month that exists', async () => {
    for (const month of ['2026-13', '2026-1', 'november', '2026-11-01']) {
      await expectRefusal(creator.api.earnings.exportEarnings({ month }), 'INVALID_INPUT');
    }
  });
});

test('the lines go on page by page, none twice and none left out', async () => {
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await creator.api.earnings.listEarningsLines({ limit: 2, ...(cursor ? { cursor } : {}) });
    seen.push(...page.items.map(({ generation_id }) => generation_id));
    cursor = page.next_cursor ?? undefined;
  } while (cursor);
  expect(seen).toHaveLength(5);
  expect(new Set(seen).size).toBe(5);
  expect((await creator.api.earnings.listEarningsLines({ model: 'drift' })).items).toHaveLength(5);
  expect((await creator.api.earnings.listEarningsLines({ model: 'drift-motion' })).items).toEqual([]);
});

test('another creator sees none of it', async () => {
  const other = await world.creator('tonfall');
  expect(await other.api.earnings.getEarnings({})).toMatchObject({ total_micros: '0', models: [] });
  expect((await other.api.earnings.listEarningsLines({})).items).toEqual([]);
  await expectRefusal(fan.api.earnings.getEarnings({}), 'NOT_ALLOWED');
});

test('days are told apart, and a day without earnings is there too', async () => {
  clock.advance(2 * DAY);
  await generate('promo');
  const { days } = await creator.api.earnings.getEarnings({ days: 5 });
  expect(days.map(({ day, generations }) => [day, generations])).toEqual([
    ['2026-11-29', 3],
    ['2026-11-30', 1],
    ['2026-12-01', 1],
    ['2026-12-02', 0],
    ['2026-12-03', 1],
  ]);
});

test('who likes a creator follows them, once, and may stop to', async () => {
  const page = async (person: Visitor) => {
    const { followers, followed } = await person.api.marketplace.getCreator({ handle: HANDLE });
    return { followers, followed };
  };
  expect(await page(fan)).toEqual({ followers: 0, followed: false });
  await Promise.all([1, 2, 3].map(() => fan.api.marketplace.followCreator({ handle: HANDLE })));
  expect(await page(fan)).toEqual({ followers: 1, followed: true });
  expect(await page(creator)).toEqual({ followers: 1, followed: false });
  expect(await fan.api.marketplace.unfollowCreator({ handle: HANDLE })).toEqual({
    followers: 0,
    followed: false,
  });
  await fan.api.marketplace.unfollowCreator({ handle: HANDLE });
  expect(await page(fan)).toEqual({ followers: 0, followed: false });
  await expectRefusal(fan.api.marketplace.followCreator({ handle: 'nobody-at-all' }), 'NOT_FOUND');
  await expectRefusal(world.visitor().api.marketplace.followCreator({ handle: HANDLE }), 'NOT_SIGNED_IN');
  expect((await fan.api.marketplace.getCreator({ handle: HANDLE })).generations).toBeGreaterThan(0);
});

async function rowsOf(month: string): Promise<Record<string, string>[]> {
  const file = await creator.api.earnings.exportEarnings({ month });
  const [header = '', ...lines] = (await file.text()).trim().split('\n');
  const names = header.split(',');
  return lines.map((line) =>
    Object.fromEntries(line.split(',').map((cell, index) => [names[index] ?? '', cell])),
  );
}

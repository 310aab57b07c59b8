import { randomUUID } from 'node:crypto';
import { getEventMeta } from '@orpc/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { settableClock } from '../../server/kit/clock.ts';
import { subscribersNow } from '../../server/kit/outbox.ts';
import * as analytics from '../../server/modules/analytics/index.ts';
import { buy, ended, expectEverythingHolds, micros, releaseOf, SMALL } from '../acts.ts';
import type { Visitor } from '../client.ts';
import { eventually } from '../eventually.ts';
import { comeBack, financePerson, generate, idOf } from '../finance.ts';
import { expectRefusal } from '../refusal.ts';
import { scriptedEngine } from '../scripted-engine.ts';
import { type FreshDatabase, freshDatabase } from '../setup/database.ts';
import { startWorldOn, type World } from '../world.ts';

const HANDLE = 'mira-solberg';
const SHARE = 700_000n;
// in Berlin it is half past midnight of the next day, and the next month
const clock = settableClock(new Date('2026-10-31T23:30:00Z'));
const BERLIN = 'Europe/Berlin';
let fresh: FreshDatabase;
let world: World;
let creator: Visitor & { email: string };
let fan: Visitor & { email: string };
let lena: Visitor & { email: string };
let release_id: string;

beforeAll(async () => {
  fresh = await freshDatabase();
  world = await startWorldOn(fresh, { engine: scriptedEngine(), clock });
  creator = { ...(await world.creator(HANDLE)), email: `${HANDLE}@house.invalid` };
  fan = await world.member('kira');
  lena = await financePerson(world, 'lena');
  await buy(fan, 'pack-1000');
  release_id = await releaseOf(fan);
}, 60_000);
afterAll(() => world.end());

/** Until the aggregator has heard all that happened: by a clock that stands still it is never behind. */
const counted = () =>
  eventually('everything is counted', async () => {
    const all = await subscribersNow(world.context.db);
    return all.find(({ name }) => name === analytics.COUNTER)?.behind === 0;
  });
const report = (asked: Parameters<Visitor['api']['analytics']['getEarningsReport']>[0] = {}) =>
  creator.api.analytics.getEarningsReport(asked);

describe('earnings', () => {
  test('say on each day of the zone what its receipts say, and what the ledger gained', async () => {
    await generate(fan, release_id, 'paid');
    clock.set(new Date('2026-11-01T10:00:00Z'));
    await generate(fan, release_id, 'promo');
    const refunded = await generate(fan, release_id, 'paid');
    clock.set(new Date('2026-11-02T09:00:00Z'));
    await comeBack(lena);
    await comeBack(creator);
    await lena.api.finance.createRefund({ id: refunded, reason: 'It was black' });

    const utc = await report({ range: '7d' });
    const days = ({ series }: typeof utc) =>
      series
        .filter(({ generations, reversed_micros }) => generations > 0 || reversed_micros !== '0')
        .map(({ at, generations, net_micros }) => [at, generations, micros(net_micros)]);
    expect(days(utc)).toEqual([
      ['2026-10-31T00:00:00.000Z', 1, SHARE],
      ['2026-11-01T00:00:00.000Z', 2, 2n * SHARE],
      ['2026-11-02T00:00:00.000Z', 0, -SHARE],
    ]);
    expect(days(await report({ range: '7d', zone: BERLIN }))).toEqual([
      ['2026-10-31T23:00:00.000Z', 3, 3n * SHARE],
      ['2026-11-01T23:00:00.000Z', 0, -SHARE],
    ]);
    for (const { net_micros, ledger_micros } of utc.series) expect(ledger_micros).toBe(net_micros);
    expect(utc.totals).toEqual({
      earned_micros: (3n * SHARE).toString(),
      paid_micros: (2n * SHARE).toString(),
      promo_micros: SHARE.toString(),
      reversed_micros: SHARE.toString(),
      claimed_micros: '0',
      adjusted_micros: '0',
      net_micros: (2n * SHARE).toString(),
      generations: 3,
    });
  });

  test('sum of receipts = balance: both sides are read, and each breakdown says what it explains', async () => {
    await counted();
    const { items } = await creator.api.earnings.listEarningsLines({});
    const sum = items.reduce(
      (before, line) => before + micros(line.amount_micros) - micros(line.reversed_micros),
      0n,
    );
    const all = await creator.api.analytics.getReconciliation({ range: 'lifetime' });
    const { total_micros } = await creator.api.earnings.getEarnings({});
    expect(all).toMatchObject({
      receipts: 3,
      sum_micros: sum.toString(),
      opening_micros: '0',
      closing_micros: total_micros,
      ledger_micros: sum.toString(),
      difference_micros: '0',
    });
    for (const by of ['day', 'model', 'release', 'source', 'funding', 'role']) {
      const { explained, groups } = await report({ range: 'lifetime', by });
      expect(explained, by).toEqual({
        ledger_micros: sum.toString(),
        groups_micros: sum.toString(),
        difference_micros: '0',
        ...{ why: null, because: null },
      });
      expect(groups.length, by).toBeGreaterThan(0);
    }
    const { groups } = await report({ range: 'lifetime', by: 'funding' });
    expect(groups.map(({ key, net_micros }) => [key, net_micros])).toEqual([
      ['paid', SHARE.toString()],
      ['promo', SHARE.toString()],
    ]);
  });

  test('lead from a day to its generations, and from there to the receipt', async () => {
    const { items } = await creator.api.earnings.listEarningsLines({
      from: '2026-11-01T00:00:00.000Z',
      to: '2026-11-02T00:00:00.000Z',
    });
    expect(items).toHaveLength(2);
    const receipt = await creator.api.earnings.getReceipt({ id: items[0]?.generation_id ?? '' });
    expect(receipt.payer).toBe(null);
  });

  test('are held against the time before', async () => {
    clock.set(new Date('2026-11-02T12:00:00Z'));
    const { prior, span } = await report({ range: 'today', prior: 'true' });
    expect(span).toMatchObject({
      from: '2026-11-02T00:00:00.000Z',
      to: '2026-11-02T12:01:00.000Z',
      grain: 'hour',
    });
    expect(prior).toMatchObject({
      from: '2026-11-01T00:00:00.000Z',
      to: '2026-11-01T12:01:00.000Z',
      totals: { generations: 2, net_micros: (2n * SHARE).toString() },
    });
    expect(prior?.series[10]).toMatchObject({ at: '2026-11-01T10:00:00.000Z', generations: 2 });
  });

  test('are refused by name', async () => {
    await expectRefusal(report({ zone: 'Europe/Nowhere' }), 'ZONE_UNKNOWN');
    await expectRefusal(report({ from: '2026-11-02', to: '2026-11-01' }), 'RANGE_EMPTY');
    await expectRefusal(report({ from: '2026-12-01' }), 'NOT_YET');
    await expectRefusal(report({ from: '2020-01-01', grain: 'hour' }), 'RANGE_TOO_LONG');
    await expectRefusal(report({ from: '2026-02-31' }), 'INVALID_INPUT');
    await expectRefusal(report({ by: 'payer' }), 'DIMENSION_UNKNOWN');
    await expectRefusal(report({ models: 'drift,somebody-elses' }), 'NOT_FOUND');
    await expectRefusal(
      report({ models: Array.from({ length: 11 }, (_, n) => `model-${n}`).join(',') }),
      'MODELS_TOO_MANY',
    );
    await expectRefusal(fan.api.analytics.getEarningsReport({}), 'NOT_ALLOWED');
    expect(await report({ models: 'drift', by: 'model' })).toMatchObject({ groups: [{ key: 'drift' }] });
  });
});

/** A window on the creator's home: every event with its id. */
async function watcher(last_id?: string) {
  const leaving = new AbortController();
  const events = await creator.api.analytics.watchAnalytics(
    { zone: BERLIN },
    { signal: leaving.signal, ...(last_id === undefined ? {} : { lastEventId: last_id }) },
  );
  type Event = Extract<Awaited<ReturnType<typeof events.next>>, { done?: false }>['value'];
  async function next<T extends Event['type']>(
    type: T,
  ): Promise<{ id: string; event: Extract<Event, { type: T }> }> {
    for (;;) {
      const { done, value } = await events.next();
      if (done) throw new Error('the stream ended');
      if (!isOf(value, type)) continue;
      return { id: getEventMeta(value)?.id ?? '', event: value };
    }
  }
  const isOf = <T extends Event['type']>(event: Event, type: T): event is Extract<Event, { type: T }> =>
    event.type === type;
  return { next, leave: () => leaving.abort() };
}

describe('the live home', () => {
  test('shows first how things stand, and then every generation as it earns', async () => {
    const window = await watcher();
    const { event } = await window.next('home');
    // what was taken back today is told as what today brought, too
    expect(event.home).toMatchObject({
      zone: BERLIN,
      today: {
        amount_micros: (-SHARE).toString(),
        generations: 0,
        yesterday_micros: (3n * SHARE).toString(),
      },
    });
    const id = await generate(fan, release_id, 'paid');
    const { event: tick } = await window.next('tick');
    expect(tick).toMatchObject({
      earned: [{ generation_id: id, amount_micros: SHARE.toString(), model: { slug: 'drift' } }],
      more: 0,
      ended: { succeeded: 1, failed: 0 },
      today: { amount_micros: '0', generations: 1 },
    });
    window.leave();
    expect((await creator.api.analytics.getCreatorHome({ zone: BERLIN })).today).toEqual(tick.today);
  });

  test('tells who comes back what they missed, each once, and who was away too long how things stand', async () => {
    const staying = await watcher();
    const { id: seen } = await staying.next('home');
    const window = await watcher(seen);
    // nothing was missed, and how things stand is told all the same
    expect((await window.next('tick')).event).toMatchObject({ earned: [], today: { generations: 1 } });
    const first = await generate(fan, release_id, 'paid');
    const { id: last_id } = await window.next('tick');
    await staying.next('tick');
    window.leave();

    const missed = [await generate(fan, release_id, 'promo'), await generate(fan, release_id, 'paid')];
    const heard: string[] = [];
    while (heard.length < 2)
      heard.push(...(await staying.next('tick')).event.earned.map(({ generation_id }) => generation_id));
    expect(heard).toEqual(missed);
    const back = await watcher(last_id);
    const { event } = await back.next('tick');
    expect(event.earned.map(({ generation_id }) => generation_id)).toEqual(missed);
    expect(event.today.generations).toBe(4);
    expect(missed).not.toContain(first);
    back.leave();

    for (const nonsense of ['9999999999-1', 'what?']) {
      const stranger = await watcher(nonsense);
      expect((await stranger.next('home')).event.home.today.generations).toBe(4);
      stranger.leave();
    }
    staying.leave();
  });

  test('is nobody else’s', async () => {
    const other = await world.creator('tonfall');
    const home = await other.api.analytics.getCreatorHome({});
    expect(home).toMatchObject({ total_micros: '0', today: { generations: 0 }, top_models: [] });
    await expectRefusal(fan.api.analytics.getCreatorHome({}), 'NOT_ALLOWED');
    await expectRefusal(creator.api.analytics.getPlatformReport({}), 'NOT_ALLOWED');
  });
});

describe('usage', () => {
  const FANS = ['amir', 'bea', 'cy', 'dee', 'eli', 'flo', 'gus'];

  test('names no group of fewer than five people, and waits until a week is over', async () => {
    clock.set(new Date('2026-11-03T10:00:00Z'));
    for (const [place, name] of FANS.entries()) {
      const person = await world.member(name);
      const { id } = await person.api.generation.createGeneration({
        headers: { 'idempotency-key': randomUUID(), 'x-time-zone': place < 5 ? BERLIN : 'Asia/Tokyo' },
        body: { release_id, input: SMALL },
      });
      await ended(person, id);
    }
    await counted();
    await comeBack(creator);
    // asked again after each generation, the day that runs would say whether its person was there before
    const today = await creator.api.analytics.getUsageReport({ range: '7d', grain: 'day' });
    expect(today.series.at(-1)).toMatchObject({ generations: FANS.length, payers: null });
    const by = (dimension: string) =>
      creator.api.analytics.getBreakdown({ from: '2026-11-02', by: dimension });
    expect(await by('region')).toMatchObject({ of_people: true, groups: [], other: null });
    expect((await by('outcome')).groups[0]).toMatchObject({ key: 'succeeded' });

    clock.set(new Date('2026-11-09T06:00:00Z'));
    await analytics.foldFacts(world.context.database, clock.now());
    while (await analytics.breakDownWeek(world.context.database, clock.now()));
    await comeBack(creator);
    // two from Asia would be seen through five from Europe, if these were named
    const region = await by('region');
    expect(region).toMatchObject({ groups: [], other: { key: 'other' } });
    // whatever it is told by, it comes to the same: who has no region is not found by taking one from the other
    for (const dimension of ['via', 'source', 'slot', 'follower', 'setting:width'])
      expect((await by(dimension)).total, dimension).toBe(region.total);
    const { cohorts } = await creator.api.analytics.getRetention({ model: 'drift' });
    expect(cohorts.every(({ people }) => people >= 5)).toBe(true);
    await expectRefusal(by('payer'), 'DIMENSION_UNKNOWN');
    await expectRefusal(
      creator.api.analytics.getBreakdown({ from: '1900-01-01', by: 'model' }),
      'RANGE_TOO_LONG',
    );
    await expectRefusal(creator.api.analytics.getRetention({ model: 'nobodys' }), 'NOT_FOUND');
    expect(await creator.api.analytics.getFunnel({})).toMatchObject({ totals: { impressions: 0 } });
    expect((await creator.api.analytics.listMarks({ range: '30d' })).span.zone).toBe('UTC');
  });

  test('counts no people by which somebody could be followed from day to day', async () => {
    const used = async (from: string, to: string, zone = 'UTC') =>
      creator.api.analytics.getUsageReport({ from, to, zone, grain: 'day' });
    const day = await used('2026-11-03', '2026-11-04');
    expect(day.totals).toMatchObject({ generations: FANS.length, succeeded: FANS.length });
    expect(day.series.map(({ payers }) => payers)).toEqual([FANS.length]);
    // of the day before there was one person, whose four generations everybody can read among the receipts
    const both = await used('2026-11-02', '2026-11-04');
    expect(both.series.map(({ payers }) => payers)).toEqual([null, FANS.length]);
    // so a range that ends a day later, or begins a day later, says of this person nothing: all are of the same week
    for (const [from, to] of [
      ['2026-11-02', '2026-11-03'],
      ['2026-11-03', '2026-11-05'],
      ['2026-11-02T11:00:00Z', '2026-11-08'],
    ] as const) {
      const { totals, people } = await used(from, to);
      expect([totals.payers, people.from], from).toEqual([both.totals.payers, '2026-11-02T00:00:00.000Z']);
    }
    // nor does a week of few beside it: the last of October had one
    expect((await used('2026-10-26', '2026-11-08')).totals.payers).toBe(both.totals.payers);
    expect((await used('2026-10-26', '2026-11-01')).totals.payers).toBe(null);
    expect((await used('2026-11-03', '2026-11-04', BERLIN)).series[0]?.payers).toBe(null);
  });

  test('is told of the platform to finance, with what is owed and what stands behind it', async () => {
    await comeBack(lena);
    const report = await lena.api.analytics.getPlatformReport({});
    expect(report.liabilities.map(({ difference_micros }) => difference_micros)).toEqual(['0', '0', '0']);
    expect(report.totals.generations).toBeGreaterThan(FANS.length);
    expect((await lena.api.analytics.getHealthReport()).aggregator.holds).toBe(true);
  });
});

test('whichever side is wrong, the report says so: none of them is made of the other', async () => {
  await counted();
  await analytics.foldFacts(world.context.database, clock.now());
  await comeBack(creator);
  const said = async () => {
    const { explained, reconciliation } = await report({ range: 'lifetime', by: 'release' });
    return [explained.difference_micros, explained.why, reconciliation.difference_micros];
  };
  expect(await said()).toEqual(['0', null, '0']);
  // the product itself may not touch the ledger: its owner can
  const { pool } = fresh;
  const tamper = async (more: number) => {
    for (const table of ['analytics.earned_hour', 'analytics.earned_day'])
      await pool.query(`update ${table} set paid_micros = paid_micros + $1`, [more]);
  };
  await tamper(1);
  const [groups_off, why, ledger_off] = await said();
  expect([BigInt(groups_off ?? 0) < 0n, why, ledger_off]).toEqual([
    true,
    expect.stringContaining('counted wrong'),
    '0',
  ]);
  await tamper(-1);

  const { rows } = await pool.query<Record<'account_id' | 'minute' | 'slot', unknown>>(
    `select x.account_id, x.minute, x.slot from ledger.accrual x join ledger.accounts a on a.id = x.account_id
     where coalesce(a.series, a.key) like '%' || $1 || '%' limit 1`,
    [await idOf(creator)],
  );
  const move = (more: number) =>
    pool.query(
      'update ledger.accrual set delta = delta + $1 where account_id = $2 and minute = $3 and slot = $4',
      [more, rows[0]?.account_id, rows[0]?.minute, rows[0]?.slot],
    );
  await move(1);
  expect(await said()).toEqual(['1', expect.stringContaining('do not agree'), '1']);
  await move(-1);
  await comeBack(creator);
  expect(await said()).toEqual(['0', null, '0']);
});

test('everything holds', async () => {
  await comeBack(lena);
  await expectEverythingHolds(world);
});

import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buy, ended, releaseOf, SMALL, start } from '../../tests/acts.ts';
import type { Visitor } from '../../tests/client.ts';
import { eventually } from '../../tests/eventually.ts';
import { financePerson, idOf } from '../../tests/finance.ts';
import { fails, hangs, scriptedEngine } from '../../tests/scripted-engine.ts';
import { freshDatabase, type FreshDatabase } from '../../tests/setup/database.ts';
import { startWorldOn, type World } from '../../tests/world.ts';
import { asId, type ModelId } from '../ids.ts';
import { DAY_MS, dayOf, settableClock, startOfDay } from '../kit/clock.ts';
import * as analytics from '../modules/analytics/index.ts';
import * as registry from '../modules/registry/index.ts';
import { differencesOn, verifyAnalytics } from '../views/analytics-checks.ts';
import { deriveFacts } from './derive-facts.ts';
import { keepAnalytics } from './keep-analytics.ts';

const HANDLE = 'mira-solberg';
const BEGIN = new Date('2026-03-31T22:30:00Z'); // in Berlin it is April already
const clock = settableClock(BEGIN);
const engine = scriptedEngine();
let fresh: FreshDatabase;
let world: World;
let creator: Visitor;
let fan: Visitor;
let lena: Visitor;
let release_id: string;
let model_id: ModelId;

beforeAll(async () => {
  fresh = await freshDatabase();
  world = await startWorldOn(fresh, { engine, clock });
  creator = await world.creator(HANDLE);
  fan = await world.member('kira');
  lena = await financePerson(world, 'lena');
  await buy(fan, 'pack-1000');
  release_id = await releaseOf(fan);
  model_id = asId<ModelId>((await registry.modelBySlug(world.context.db, 'drift'))?.id ?? '');
});
afterAll(() => world.end());

const CUTS = [new Date(BEGIN.getTime() - DAY_MS), new Date(BEGIN.getTime() + 30 * DAY_MS)];
const of = async () => ({ creator_id: await idOf(creator), model_ids: [model_id] });
const usage = async () => (await analytics.usageOf(world.context.db, { of: await of(), cuts: CUTS }))[0];

const counted = (what: string, is: (found: analytics.Usage) => boolean) =>
  eventually(what, async () => {
    const found = await usage();
    return found && is(found) ? found : null;
  });

test('whatever a generation ends as is counted once, with what was charged and why it failed', async () => {
  const paid = await start(fan, { release_id, spend_first: 'paid' });
  await ended(fan, paid.id);
  clock.advance(1_000);
  await ended(fan, (await start(fan, { release_id, spend_first: 'promo' })).id);
  engine.next(fails('model_error', { retryable: false }));
  await ended(fan, (await start(fan, { release_id })).id);
  engine.next(hangs);
  const hanging = await start(fan, { release_id });
  await fan.api.generation.createCancellation({ id: hanging.id });
  await ended(fan, hanging.id);

  const found = await counted('four have ended', (all) => all.succeeded + all.failed + all.cancelled === 4);
  expect(found).toMatchObject({
    succeeded: 2,
    failed: 1,
    cancelled: 1,
    paid_micros: 1_000_000n,
    promo_micros: 1_000_000n,
    refunds: 0,
  });
  const reasons = await analytics.reasonsOf(world.context.db, { of: await of(), cuts: CUTS });
  expect(reasons).toMatchObject([{ reason: 'model_error', generations: 1 }]);

  clock.advance(60_000);
  await lena.api.finance.createRefund({ id: paid.id, reason: 'The picture was black' });
  await counted(
    'the refund is counted',
    ({ refunds, refunded_paid_micros }) => refunds === 1 && refunded_paid_micros === 1_000_000n,
  );
  const [earned] = await analytics.earnedBy(world.context.db, {
    person_id: await idOf(creator),
    cuts: CUTS,
    by: [],
  });
  const lines = await creator.api.earnings.listEarningsLines({});
  const sum = (field: 'amount_micros' | 'reversed_micros') =>
    lines.items.reduce((total, line) => total + BigInt(line[field]), 0n);
  expect((earned?.paid_micros ?? 0n) + (earned?.promo_micros ?? 0n)).toBe(sum('amount_micros'));
  expect((earned?.reversed_paid_micros ?? 0n) + (earned?.reversed_promo_micros ?? 0n)).toBe(
    sum('reversed_micros'),
  );
  expect(sum('reversed_micros')).toBeGreaterThan(0n);
});

test('a fact knows by which way and from which continent it was asked for, and nothing that anybody wrote', async () => {
  const { id } = await fan.api.generation.createGeneration({
    headers: { 'idempotency-key': 'from-berlin', 'x-time-zone': 'Europe/Berlin' },
    body: { release_id, input: SMALL },
  });
  await ended(fan, id);
  const fact = await eventually('it is counted', async () => {
    const { rows } = await sql<Record<string, unknown>>`
      select via, source, follower, region, settings, to_jsonb(f)::text as whole from analytics.fact f where generation_id = ${id}`.execute(
      world.context.db,
    );
    return rows[0];
  });
  expect(fact).toMatchObject({ via: 'page', source: 'direct', follower: false, region: 'europe' });
  expect(fact['settings']).toContain('width=256');
  expect(fact['whole']).not.toContain('silk');
  expect(fact['whole']).not.toContain('Berlin');
});

test('days that are over are proved against facts and books, and what is wrong is found', async () => {
  await analytics.foldFacts(world.context.database, clock.now());
  clock.advance(9 * DAY_MS);
  const { db } = world.context;
  const unproved = () => analytics.unprovedSince(db, startOfDay(clock.now()));
  while ((await keepAnalytics(world.context)) > 0);
  expect(await analytics.lastProof(db)).toMatchObject({ holds: true, facts: 5 });
  expect(await unproved()).toBe(null);
  // a day that did not hold is not forgotten because a later one does
  const day = dayOf(BEGIN);
  const wrong = [{ what: 'a figure', where: 'somewhere' }];
  await sql`update analytics.proof set differences = ${JSON.stringify(wrong)}::jsonb where day = ${day}::date`.execute(
    db,
  );
  expect(await analytics.lastProof(db)).toMatchObject({ day, holds: false, differences: wrong });
  await sql`delete from analytics.proof where day = ${day}::date`.execute(db);
  expect(await unproved()).toBe(day);
  while ((await keepAnalytics(world.context)) > 0);
  expect([await unproved(), (await analytics.lastProof(db))?.holds]).toEqual([null, true]);
  expect((await verifyAnalytics(db, false, clock.now())).violations).toEqual([]);
  const atoms = await analytics.atomsOf(db, {
    of: await of(),
    from: new Date('2026-03-30'),
    to: new Date('2026-04-06'),
    dimension: 'region',
  });
  expect(atoms.find(({ value }) => value === 'europe')).toMatchObject({
    value: 'europe',
    people: 1,
    generations: 1,
    succeeded: 1,
    charged_micros: 1_000_000n,
  });
  expect(await deriveFacts(world.context.database)).toBe(0);

  await sql`update analytics.usage_day set paid_micros = paid_micros + 1 where model_id = ${model_id}`.execute(
    db,
  );
  const found = await differencesOn(db, BEGIN);
  expect(new Set(found.map(({ what }) => what))).toEqual(new Set([analytics.PROVED.days]));
  await analytics.rebuild(world.context.database);
  expect(await differencesOn(db, BEGIN)).toEqual([]);
});

test('what was never told is derived from the books, and then everything is as it was', async () => {
  const before = await usage();
  // its owner alone can do that
  await fresh.pool.query(`alter table analytics.fact disable trigger fact_append_only;
    alter table analytics.correction disable trigger correction_append_only;
    truncate analytics.fact, analytics.correction, analytics.usage_minute, analytics.usage_hour, analytics.usage_day,
      analytics.failure_hour, analytics.earned_hour, analytics.earned_day, analytics.payer, analytics.sketch`);
  expect(await usage()).toBeUndefined();
  expect(await deriveFacts(world.context.database)).toBe(6);
  expect(await usage()).toEqual(before);
});

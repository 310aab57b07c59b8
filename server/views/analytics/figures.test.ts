import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buy, expectEverythingHolds, releaseOf, SMALL } from '../../../tests/acts.ts';
import { eventually } from '../../../tests/eventually.ts';
import { idOf } from '../../../tests/finance.ts';
import { fails, scriptedEngine, succeeds } from '../../../tests/scripted-engine.ts';
import { startWorld, type World } from '../../../tests/world.ts';
import { approveAdjustment } from '../../flows/approve-adjustment.ts';
import { handOver } from '../../flows/hand-over-model.ts';
import { proposeAdjustment } from '../../flows/propose-adjustment.ts';
import { refundGeneration } from '../../flows/refund-generation.ts';
import { startGeneration } from '../../flows/start-generation.ts';
import { type AccountId, asId, type GenerationId, type ModelId, type ReleaseId } from '../../ids.ts';
import { DAY_MS, settableClock } from '../../kit/clock.ts';
import { subscribersNow } from '../../kit/outbox.ts';
import * as analytics from '../../modules/analytics/index.ts';
import { generationById } from '../../modules/generation/index.ts';
import * as program from '../../modules/program/index.ts';
import * as registry from '../../modules/registry/index.ts';
import { earningsReport, reconciliationOf } from './earnings-report.ts';
import { usageReport } from './usage-report.ts';

// What pages show is held against what receipts, reversals and generations say when they are read one by one, by clocks
// that are told apart in another way. The history is drawn at random; it has a month's end, a change of owner, days that
// are longer and shorter, and generations that end on another day than they began.

const HOUR_MS = 3_600_000;
const HANDLE = 'mira-solberg';
const ZONES = ['UTC', 'Europe/Berlin', 'America/St_Johns', 'Asia/Kathmandu', 'Pacific/Kiritimati'];
const clock = settableClock(new Date('2026-10-22T21:40:00Z'));
const script = scriptedEngine();
let world: World;
let owners: AccountId[];

const acts = fc.array(
  fc.record({
    act: fc.constantFrom('paid', 'promo', 'paid', 'fail', 'refund', 'adjust', 'across midnight'),
    model: fc.constantFrom('drift', 'drift', 'drift-motion'),
    who: fc.nat(2),
    hours: fc.constantFrom(0, 0, 1, 3, 9, 14, 25),
  }),
  { minLength: 45, maxLength: 45 },
);

beforeAll(async () => {
  world = await startWorld({ engine: script, clock });
  const { context } = world;
  const fans = await Promise.all(['kira', 'juno', 'mo'].map((name) => world.member(name)));
  for (const fan of fans) await buy(fan, 'pack-1000');
  const payers = await Promise.all(fans.map(idOf));
  const [lena, ed, ada] = await Promise.all(
    ['lena', 'ed', 'ada'].map(async (name) => idOf(await world.member(name))),
  );
  if (!lena || !ed || !ada) throw new Error('nobody came');
  owners = [await idOf(await world.creator(HANDLE)), ada];
  const releases = new Map<string, ReleaseId>();
  for (const slug of ['drift', 'drift-motion'])
    releases.set(slug, asId<ReleaseId>(await releaseOf(world.visitor(), slug)));

  async function generated(payer_id: AccountId, model: string, spend_first: 'promo' | 'paid') {
    const release_id = releases.get(model) ?? asId<ReleaseId>('');
    const id = await startGeneration(context, payer_id, {
      key: randomUUID(),
      release_id,
      input: SMALL,
      spend_first,
    });
    await eventually('it ends', async () => (await generationById(context.db, id))?.ended_at, 30_000);
    return id;
  }

  const made: GenerationId[] = [];
  const [history = []] = fc.sample(acts, { numRuns: 1, seed: 20_261_123 });
  for (const [place, { act, model, who, hours }] of history.entries()) {
    clock.advance(hours * HOUR_MS);
    const payer_id = payers[who] ?? lena;
    if (place === 25) await giveDriftTo(ada);
    if (act === 'fail') {
      script.next(fails('model_error', { retryable: false }));
      await generated(payer_id, model, 'paid');
    } else if (act === 'across midnight') {
      script.next((job, options) => {
        clock.set(new Date(Math.ceil((clock.now().getTime() + 1) / DAY_MS) * DAY_MS));
        return succeeds(job, options);
      });
      await generated(payer_id, model, 'paid');
    } else if (act === 'refund') {
      const [generation_id] = made.splice(Math.floor(made.length / 2), 1);
      if (generation_id) await refundGeneration(context, lena, { generation_id, reason: 'It was black' });
    } else if (act === 'adjust') {
      const direction = place % 2 === 0 ? 'give' : 'take';
      const change = { handle: HANDLE, direction, amount_micros: BigInt(1_000 + place) } as const;
      const why = { reason: 'goodwill', memo: 'A correction' } as const;
      const id = await proposeAdjustment(context, lena, { key: randomUUID(), ...change, ...why });
      await approveAdjustment(context, ed, id);
    } else made.push(await generated(payer_id, model, act));
  }
  await eventually('everything is counted', async () => {
    const all = await subscribersNow(context.db);
    return all.find(({ name }) => name === analytics.COUNTER)?.behind === 0;
  });
}, 120_000);
afterAll(async () => {
  await expectEverythingHolds(world);
  await world.end();
});

async function giveDriftTo(to_id: AccountId): Promise<void> {
  const { context } = world;
  const at = clock.now();
  await context.database.inTransaction(async (tx) => {
    const model = await registry.modelBySlug(tx, 'drift');
    const model_id = asId<ModelId>(model?.id ?? '');
    await registry.modelToHandOver(tx, model_id);
    const terms = await program.termsAt(tx, at);
    const agreement = { terms_version: terms?.version ?? '', share_ppm: 500_000 };
    await handOver(tx, { model_id, to_id, agreement, by: 'a test', because: {} }, at);
  });
}

// the other way ----------------------------------------------------------------------------------------------

type Happened = { at: Date; amount: bigint; counts: boolean };

/** What receipts, reversals and adjustments say of somebody, one by one. */
async function saidOf(person_id: AccountId): Promise<Happened[]> {
  const { rows } = await world.context.database.pool.query<{ at: Date; amount: string; counts: boolean }>(
    `select r.settled_at as at, part->>'amount_micros' as amount, true as counts
     from earnings.receipt r, jsonb_array_elements(r.canonical::jsonb->'parts') part where part->>'person_id' = $1
     union all
     select r.at, (-(x.pending_micros + x.vesting_micros))::text, false
     from earnings.reversal_line x join earnings.reversal r on r.id = x.reversal_id where x.person_id = $1::uuid
     union all
     select p.approved_at, (case direction when 'give' then amount_micros else -amount_micros end)::text, false
     from earnings.adjustment a join earnings.adjustment_approval p on p.adjustment_id = a.id where a.person_id = $1::uuid`,
    [person_id],
  );
  return rows.map(({ at, amount, counts }) => ({ at, amount: BigInt(amount), counts }));
}

/** What of somebody's models ended when, and how; whose they were is what was frozen when it began. */
async function endedOf(person_id: AccountId) {
  const { rows } = await world.context.database.pool.query<{
    at: Date;
    state: string;
    payer_id: string;
    price: string;
  }>(
    `select ended_at as at, state, payer_id, coalesce(charged_micros, 0)::text as price from generation.generation
     where ended_at is not null and terms->'model'->>'creator_id' = $1`,
    [person_id],
  );
  return rows;
}

/** The step of a wall clock, by another library than ours. */
function stepName(at: Date, zone: string, grain: 'hour' | 'day'): string {
  const parts = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    ...{ year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', hourCycle: 'h23' },
    timeZoneName: 'longOffset',
  }).formatToParts(at);
  const of = (type: string) => parts.find((part) => part.type === type)?.value ?? '';
  const day = `${of('year')}-${of('month')}-${of('day')}`;
  // an hour that comes twice is told apart by its offset
  return grain === 'day' ? day : `${day} ${of('hour')} ${of('timeZoneName')}`;
}

const asked = fc.record({
  owner: fc.constantFrom(0, 1),
  zone: fc.constantFrom(...ZONES),
  grain: fc.constantFrom<'hour' | 'day'>('hour', 'day'),
  from: fc.integer({ min: 0, max: 30 * 24 * 60 }),
  length: fc.integer({ min: 1, max: 30 * 24 * 60 }),
});
const BEGINS = Date.UTC(2026, 9, 20);
const within = (at: Date, from: Date, to: Date) => at >= from && at < to;

test('every sum is the one that receipts come to, in any zone and range, and the ledger says the same', async () => {
  await fc.assert(
    fc.asyncProperty(asked, async ({ owner, zone, grain, from: begins, length }) => {
      const person_id = owners[owner] ?? asId<AccountId>('');
      const from = new Date(BEGINS + begins * 60_000);
      const to = new Date(from.getTime() + length * 60_000);
      fc.pre(from < clock.now());
      const query = { zone, grain, from: from.toISOString(), to: to.toISOString() };
      const report = await earningsReport(world.context, person_id, {
        ...query,
        prior: 'false',
        by: 'model',
      });
      const end = new Date(report.span.to);
      const said = (await saidOf(person_id)).filter(({ at }) => within(at, from, end));
      const total = said.reduce((sum, { amount }) => sum + amount, 0n);
      expect(BigInt(report.totals.net_micros)).toBe(total);
      expect(report.totals.generations).toBe(said.filter(({ counts }) => counts).length);
      expect(report.reconciliation).toMatchObject({ sum_micros: total.toString(), difference_micros: '0' });
      expect(report.explained.difference_micros).toBe('0');

      const steps = new Map<string, bigint>();
      for (const { at, amount } of said) {
        const name = stepName(at, zone, grain);
        steps.set(name, (steps.get(name) ?? 0n) + amount);
      }
      for (const { at, net_micros, ledger_micros } of report.series) {
        expect(BigInt(net_micros), at).toBe(steps.get(stepName(new Date(at), zone, grain)) ?? 0n);
        expect(ledger_micros, at).toBe(net_micros);
      }
    }),
    { numRuns: 40 },
  );
}, 120_000);

test('releases, sources and roles come to the same', async () => {
  for (const person_id of owners)
    for (const by of ['release', 'source', 'role', 'funding', 'day']) {
      const asking = { range: 'lifetime', zone: 'UTC', prior: 'false', by } as const;
      const { explained, groups } = await earningsReport(world.context, person_id, asking);
      expect(explained.difference_micros, by).toBe('0');
      expect(groups.length, by).toBeGreaterThan(0);
    }
  const whole = await Promise.all(
    owners.map((id) => reconciliationOf(world.context, id, { range: 'lifetime', zone: 'UTC' })),
  );
  expect(whole.map(({ difference_micros }) => difference_micros)).toEqual(['0', '0']);
  expect(whole.every(({ receipts }) => receipts > 0)).toBe(true);
});

test('use is counted as generations ended, for whose the model was when they began', async () => {
  await fc.assert(
    fc.asyncProperty(asked, async ({ owner, zone, grain, from: begins, length }) => {
      const person_id = owners[owner] ?? asId<AccountId>('');
      const from = new Date(BEGINS + begins * 60_000);
      const to = new Date(from.getTime() + length * 60_000);
      fc.pre(from < clock.now());
      const query = { zone, grain, from: from.toISOString(), to: to.toISOString(), prior: 'false' as const };
      const report = await usageReport(world.context, person_id, query);
      const end = new Date(report.span.to);
      const all = (await endedOf(person_id)).filter(({ at }) => within(at, from, end));
      const { totals } = report;
      expect(totals).toMatchObject({
        generations: all.length,
        succeeded: all.filter(({ state }) => state === 'succeeded').length,
        failed: all.filter(({ state }) => state === 'failed').length,
        price_micros: all.reduce((sum, { price }) => sum + BigInt(price), 0n).toString(),
      });
      for (const { at, generations } of report.series)
        expect(generations, at).toBe(
          all.filter((one) => stepName(one.at, zone, grain) === stepName(new Date(at), zone, grain)).length,
        );
    }),
    { numRuns: 30 },
  );
  const people = await Promise.all(
    owners.map(async (id) => {
      const { totals } = await usageReport(world.context, id, {
        range: 'lifetime',
        zone: 'UTC',
        prior: 'false',
      });
      const paid = (await endedOf(id)).filter(({ state }) => state === 'succeeded');
      return [totals.payers, new Set(paid.map(({ payer_id }) => payer_id)).size];
    }),
  );
  for (const [shown, counted] of people) expect(shown).toBe(counted);
}, 120_000);

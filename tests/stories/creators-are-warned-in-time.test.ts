import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { announceTerms } from '../../server/flows/change-terms.ts';
import { asId, type GenerationId, type ModelId, newId, type ReleaseId } from '../../server/ids.ts';
import { present } from '../../server/kit/assert.ts';
import { DAY_MS, settableClock } from '../../server/kit/clock.ts';
import { subscribersNow } from '../../server/kit/outbox.ts';
import * as analytics from '../../server/modules/analytics/index.ts';
import * as earnings from '../../server/modules/earnings/index.ts';
import { announceRateCard } from '../../server/modules/generation/index.ts';
import * as registry from '../../server/modules/registry/index.ts';
import { buy, ended, SMALL, start } from '../acts.ts';
import { eventually } from '../eventually.ts';
import { generate } from '../finance.ts';
import { publishedWaves } from '../own-models.ts';
import { person, type Person } from '../program.ts';
import { expectRefusal } from '../refusal.ts';
import { fails, scriptedEngine } from '../scripted-engine.ts';
import { startWorld, type World } from '../world.ts';

// Each warning comes when there is reason to, says the reason and where to act on it, and goes when the reason does.

const clock = settableClock(new Date('2026-11-23T12:00:00Z'));
const script = scriptedEngine();
let world: World;
let kai: Person;
let fan: Person;
let nora: Person;
let release_id: ReleaseId;

beforeAll(async () => {
  // of what is made up here the proof of a day complains, as it must
  world = await startWorld({ engine: script, clock, env: { LOG_LEVEL: 'silent' } });
  kai = await person(world, 'kai', 'creator');
  nora = await person(world, 'nora', 'creator');
  fan = await person(world, 'kira');
  await buy(fan, 'pack-1000');
  release_id = await publishedWaves(world, kai, 'tide');
}, 60_000);
afterAll(() => world.end());

async function alerts() {
  await eventually('everything is counted', async () => {
    const all = await subscribersNow(world.context.db);
    return all.find(({ name }) => name === analytics.COUNTER)?.behind === 0;
  });
  return (await kai.api.analytics.getCreatorHome({})).alerts;
}
const kinds = async () => (await alerts()).map(({ kind }) => kind);

/** Generations of another time, as they are counted: of people with a part in it, so that they bring nothing. */
async function count(n: number, hours_ago: number, change: Partial<analytics.Fact>): Promise<void> {
  const release = present(await registry.releaseById(world.context.db, release_id), 'the release');
  const ended_at = new Date(clock.now().getTime() - hours_ago * 3_600_000);
  const facts = Array.from({ length: n }, (_, place): analytics.Fact => {
    const at = new Date(ended_at.getTime() + place);
    return {
      ...{ generation_id: newId<GenerationId>(at), began_at: at, ended_at: at, payer_id: fan.id },
      ...{ model_id: asId<ModelId>(release.model_id), release_id: release_id },
      ...{ creator_id: kai.id, outcome: 'succeeded', reason: null, related: true, price_micros: 0n },
      ...{ promo_micros: 0n, paid_micros: 0n, queue_ms: 0, run_ms: 1_000, total_ms: 1_000, via: 'page' },
      ...{ source: 'direct', slot_id: null, follower: false, region: null, settings: [], modality: 'image' },
      ...{ earned: [], ...change },
    };
  });
  await world.context.database.inTransaction((tx) => analytics.addFacts(tx, facts));
}

test('a model that nobody has used is nothing to be warned of', async () => {
  expect(await alerts()).toEqual([]);
});

test('usage without earnings: said with its reason, until something is earned', async () => {
  await buy(kai, 'pack-1000');
  await generate(kai, release_id, 'paid');
  expect(await alerts()).toMatchObject([
    {
      kind: 'usage_without_earnings',
      title: 'The tide is used and earns you nothing',
      why: expect.stringContaining('made by people with a part in it'),
      href: '/program/models/tide',
    },
  ]);
  await generate(fan, release_id, 'paid');
  expect(await alerts()).toEqual([]);

  // a part that was given up shows by what comes since, whatever the model earned before
  const { model_id } = present(await registry.releaseById(world.context.db, release_id), 'the release');
  const share = (part_ppm: number) =>
    world.context.database.inTransaction((tx) =>
      earnings.insertSplit(tx, {
        model_id: asId<ModelId>(model_id),
        parts: [
          { person_id: kai.id, role: 'creator', part_ppm },
          { person_id: nora.id, role: 'collaborator', part_ppm: 1_000_000 - part_ppm },
        ],
        ...{ agreed_at: clock.now(), in_force_from: clock.now() },
      }),
    );
  clock.advance(3 * DAY_MS);
  await share(0);
  await generate(fan, release_id, 'paid');
  expect(await alerts()).toMatchObject([
    {
      kind: 'usage_without_earnings',
      why: '1 generation in 2 days. Its split gives you no part of what it earns.',
    },
  ]);
  clock.advance(3 * DAY_MS);
  await share(999_999);
  await generate(fan, release_id, 'paid');
  expect(await alerts()).toEqual([]);
  clock.advance(3 * DAY_MS);
});

test('failures: from a fifth of all and five of them on, with what they failed of most, for a day', async () => {
  for (let n = 0; n < 5; n += 1) {
    expect(await kinds()).not.toContain('failing');
    script.next(fails('out_of_memory', { retryable: false }));
    const { id } = await start(fan, { release_id, input: SMALL, key: randomUUID() });
    expect(await ended(fan, id)).toMatchObject({ state: 'failed' });
  }
  expect(await alerts()).toMatchObject([
    {
      kind: 'failing',
      why: '5 of 5 failed within a day. Most often: “It needed too much memory”.',
      href: '/creator/usage?part=speed&models=tide',
    },
  ]);
  await count(21, 1, {});
  expect(await kinds()).toEqual([]);
  clock.advance(2 * DAY_MS);
  expect(await kinds()).toEqual([]);
});

test('a slow runner: twice as long as in the week before, or nobody takes it at all', async () => {
  await count(12, 30, {});
  await count(12, 2, { run_ms: 1_500 });
  expect(await kinds()).toEqual([]);
  await count(20, 1, { run_ms: 9_000 });
  expect(await alerts()).toMatchObject([
    { kind: 'slow', title: 'The tide runs slowly', href: '/creator/usage?part=speed&models=tide' },
  ]);
  await count(5, 1, { outcome: 'expired', reason: 'waited_too_long', run_ms: null });
  expect(await alerts()).toMatchObject([
    {
      kind: 'slow',
      title: 'No runner takes The tide in time',
      why: expect.stringContaining('5 of 37 waited'),
    },
  ]);
  clock.advance(2 * DAY_MS);
  expect(await kinds()).toEqual([]);
});

test('terms and prices: from when they are announced until they are accepted, or hold', async () => {
  const admin = await person(world, 'ada', 'admin');
  const effective_from = new Date(clock.now().getTime() + 40 * DAY_MS);
  const text = '# Terms\n\n1. **Share.** You earn more.';
  await announceTerms(world.context, admin.id, {
    version: '2027-01',
    text,
    share_ppm: 720_000,
    effective_from,
  });
  expect(await alerts()).toMatchObject([
    { kind: 'terms_change', why: expect.stringContaining('72 %'), href: '/program/terms/2027-01' },
  ]);
  // somebody with more models than anybody looks at one by one hears of the one that is left, too
  const accept = async (slug: string) =>
    kai.api.program.createTermsAcceptance({
      ...{ slug, version: '2027-01' },
      terms_digest: (await fan.api.program.getTerms({ version: '2027-01' })).digest,
    });
  await publishedWaves(world, kai, 'reef');
  await accept('tide');
  expect(await kinds()).toEqual(['terms_change']);
  await accept('reef');
  expect(await kinds()).toEqual([]);

  await publishedWaves(world, kai, 'foam');
  clock.set(new Date(effective_from.getTime() + 130 * DAY_MS));
  expect(await alerts()).toMatchObject([
    {
      kind: 'terms_change',
      title: expect.stringContaining('The terms of The foam run out on'),
      href: '/program/models/foam',
    },
  ]);
  clock.set(new Date(effective_from.getTime() + 181 * DAY_MS));
  expect(await alerts()).toMatchObject([{ title: 'The foam rests' }]);
  await accept('foam');
  expect(await kinds()).toEqual([]);

  const card = await fan.api.generation.getRateCard();
  const prices = {
    ...{ version: card.version + 1, announced_at: clock.now() },
    ...{ effective_at: new Date(clock.now().getTime() + 31 * DAY_MS), classes: card.classes },
  };
  await world.context.database.inTransaction((tx) => announceRateCard(tx, prices));
  expect(await alerts()).toMatchObject([{ kind: 'prices_change', href: '/program' }]);
  clock.set(new Date(prices.effective_at.getTime() + 1));
  expect(await kinds()).toEqual([]);
});

test('what may turn a line stands beside it: releases, terms and prices', async () => {
  const { items } = await kai.api.analytics.listMarks({ range: 'lifetime' });
  const said = items.map(({ kind, title }) => `${kind} ${title}`);
  expect(said).toEqual(
    expect.arrayContaining([
      'release The tide 1.0.0 published',
      'release The foam 1.0.0 published',
      'terms Terms 2027-01',
      expect.stringMatching(/^price Price list \d+$/),
    ]),
  );
  expect(items.map(({ at }) => at)).toEqual(items.map(({ at }) => at).toSorted());
  const of_one = await kai.api.analytics.listMarks({ range: 'lifetime', models: 'reef' });
  expect(of_one.items.some(({ title }) => title.includes('tide'))).toBe(false);
});

test('what machine time costs is said by whose model it is, for their own margin alone', async () => {
  const usage = (models?: string) => kai.api.analytics.getUsageReport({ range: 'lifetime', models });
  expect((await usage('tide')).margin).toEqual({ micro_usd_per_hour: null, told: null });
  // a tenth of a cent for each second is a tenth of a credit
  const mine = { model: 'tide', micro_usd_per_hour: '3600000' };
  await kai.api.analytics.setMachineCost(mine);
  const { margin, totals } = await usage('tide');
  expect(totals.run_ms).toBeGreaterThan(0);
  const left = 1_399_999n - BigInt(totals.run_ms) * 100n;
  expect(margin).toMatchObject({
    micro_usd_per_hour: '3600000',
    told: {
      ...{ models: 1, models_without: 0, run_ms: totals.run_ms, charged_micros: totals.price_micros },
      ...{ cost_micros: (BigInt(totals.run_ms) * 100n).toString(), net_micros: '1399999' },
      left_micros: left.toString(),
    },
  });
  expect((await usage()).margin).toMatchObject({ micro_usd_per_hour: null, told: { models: 1 } });
  await expectRefusal(kai.api.analytics.setMachineCost({ ...mine, model: 'drift' }), 'NOT_FOUND');
  await expectRefusal(
    kai.api.analytics.setMachineCost({ ...mine, micro_usd_per_hour: '0' }),
    'INVALID_INPUT',
  );
  await expectRefusal(fan.api.analytics.setMachineCost(mine), 'NOT_ALLOWED');
  await kai.api.analytics.setMachineCost({ ...mine, micro_usd_per_hour: null });
  expect((await usage('tide')).margin.told).toBe(null);
});

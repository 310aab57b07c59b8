import { afterAll, beforeAll, expect, test } from 'vitest';
import { openFreshDatabase } from '../../../tests/setup/database.ts';
import { type AccountId, type GenerationId, idOf, type ModelId, type ReleaseId } from '../../ids.ts';
import { DAY_MS } from '../../kit/clock.ts';
import { type Database, type Db, inOnePicture } from '../../kit/database.ts';
import * as analytics from './index.ts';

let database: Database;
let drop: () => Promise<void>;
beforeAll(async () => ({ database, drop } = await openFreshDatabase()));
afterAll(() => drop());

const EPOCH = Date.parse('2026-03-02T00:00:00Z');
const DAYS = 6;
const person = (n: number) => idOf<AccountId>('person', String(n));

/** The n-th generation: by one of seven people, with one of five models of two creators, some minutes after the last. */
function factOf(n: number, at = EPOCH + (n % DAYS) * DAY_MS + ((n * 97_000) % DAY_MS)): analytics.Fact {
  const model = n % 5;
  const creator_id = person(100 + (model % 2));
  const succeeded = n % 6 !== 0;
  return {
    generation_id: idOf<GenerationId>('generation', String(n)),
    ...{ ended_at: new Date(at), began_at: new Date(at - 3_000) },
    model_id: idOf<ModelId>('model', String(model)),
    release_id: idOf<ReleaseId>('release', String(model)),
    ...{ creator_id, payer_id: person(n % 7) },
    ...{ outcome: succeeded ? 'succeeded' : 'failed', reason: succeeded ? null : 'model_error' },
    ...{
      related: false,
      price_micros: 1_000_000n,
      promo_micros: 0n,
      paid_micros: succeeded ? 1_000_000n : 0n,
    },
    ...{ queue_ms: n % 900, run_ms: succeeded ? 1_000 + (n % 50) : null, total_ms: 3_000 },
    ...{ via: 'page', source: 'direct', slot_id: null, follower: false, region: 'europe' },
    ...{ settings: ['steps=20'], modality: 'image' },
    earned: succeeded
      ? [{ person_id: creator_id, role: 'creator', paid_micros: 700_000n, promo_micros: 0n }]
      : [],
  };
}

const facts = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => factOf(from + n));
const write = (some: readonly analytics.Fact[]) =>
  database.inTransaction((tx) => analytics.addFacts(tx, some));
const ALWAYS = [new Date(EPOCH - 900 * DAY_MS), new Date(EPOCH + 90 * DAY_MS)];

/** What a page may show together: all there are, how long they took, and what they earned. */
async function seenBy(db: Db) {
  const of = analytics.EVERYBODY;
  const [use] = await analytics.usageOf(db, { of, cuts: ALWAYS });
  const [latency] = await analytics.latencyOf(db, { of, cuts: ALWAYS });
  const earned = await analytics.earnedBy(db, { person_id: person(100), cuts: ALWAYS, by: [] });
  const more = await analytics.earnedBy(db, { person_id: person(101), cuts: ALWAYS, by: [] });
  const sum = (some: readonly analytics.Earned[]) => some.reduce((n, row) => n + row.generations, 0);
  return {
    all: (use?.succeeded ?? 0) + (use?.failed ?? 0),
    succeeded: use?.succeeded ?? 0,
    timed: latency?.total.reduce((n, count) => n + count, 0) ?? 0,
    earned: sum(earned) + sum(more),
  };
}

async function expectProved(): Promise<void> {
  await analytics.foldFacts(database, new Date(EPOCH));
  for (const day of await analytics.daysCounted(database.db))
    expect(await analytics.differencesOn(database.db, day)).toEqual([]);
}

test('roll-ups are made anew while facts come in, are folded and read, and nobody sees half of them', async () => {
  const FIRST = 900;
  const EACH = 30;
  await write(facts(0, FIRST));
  await analytics.foldFacts(database, new Date(EPOCH));
  while (await analytics.sumNextDay(database, new Date(EPOCH + 3 * DAY_MS)));
  let written = FIRST;
  let goes_on = true;
  const whileMaking = async (act: () => Promise<unknown>) => {
    while (goes_on) await act();
  };
  const live = [
    whileMaking(async () => {
      await write(facts(written, written + EACH));
      written += EACH;
    }),
    whileMaking(() => analytics.foldFacts(database, new Date(EPOCH))),
    // a day ends meanwhile
    whileMaking(() => analytics.sumNextDay(database, new Date(EPOCH + 5 * DAY_MS))),
    whileMaking(async () => {
      const before = written;
      const seen = await inOnePicture(database.db, seenBy);
      expect(seen.all).toBeGreaterThanOrEqual(before);
      expect(seen).toMatchObject({ timed: seen.succeeded, earned: seen.succeeded });
    }),
  ];
  const making = (async () => {
    // killed in the middle, and gone on with
    await expect(
      analytics.rebuild(database, (done) => {
        if (done > 0) throw new Error('killed');
      }),
    ).rejects.toThrow('killed');
    for (let turn = 0; turn < 3; turn += 1) await analytics.rebuild(database);
  })().finally(() => {
    goes_on = false;
  });
  await Promise.all([making, ...live]);
  const succeeded = facts(0, written).filter(({ outcome }) => outcome === 'succeeded').length;
  expect(await seenBy(database.db)).toEqual({ all: written, succeeded, timed: succeeded, earned: succeeded });
  await expectProved();
});

test('a month that is given away stays in the figures, and what is told of it once more counts for nothing', async () => {
  const old = Array.from({ length: 40 }, (_, n) =>
    factOf(1_000_000 + n, Date.parse('2024-01-10T00:00:00Z') + n * 50_000),
  );
  const before = await seenBy(database.db);
  await write(old);
  await expectProved();
  const kept = await seenBy(database.db);
  expect(kept.all).toBe(before.all + old.length);
  expect(await analytics.dropMonths(database, new Date('2024-02-01T00:00:00Z'))).toBe(1);
  expect(await write(old)).toBe(0);
  const [refunded] = old.filter(({ outcome }) => outcome === 'succeeded');
  if (!refunded) throw new Error('none succeeded');
  const correction: analytics.Correction = {
    id: idOf('refund', refunded.generation_id),
    at: new Date(EPOCH),
    kind: 'refund',
    generation_id: refunded.generation_id,
    ...{ promo_micros: 0n, paid_micros: refunded.paid_micros },
    parts: refunded.earned.map((part) => ({ ...part, paid_micros: -part.paid_micros })),
  };
  const correct = () => database.inTransaction((tx) => analytics.addCorrections(tx, [correction], old));
  expect([await correct(), await correct()]).toEqual([1, 0]);
  await analytics.foldFacts(database, new Date(EPOCH));
  await analytics.rebuild(database);
  expect(await seenBy(database.db)).toEqual(kept);
  const [use] = await analytics.usageOf(database.db, { of: analytics.EVERYBODY, cuts: ALWAYS });
  expect(use).toMatchObject({ refunds: 1, refunded_paid_micros: refunded.paid_micros });
});

test('a day is proved again when something came into it late', async () => {
  while (await analytics.sumNextDay(database, new Date(EPOCH + 9 * DAY_MS)));
  const prove = async () => {
    const proved: string[] = [];
    for (;;) {
      const due = await analytics.dayToProve(database.db, new Date(EPOCH + 9 * DAY_MS));
      if (!due) return proved;
      proved.push(due.day.toISOString().slice(0, 10));
      await database.inTransaction((tx) => analytics.recordProof(tx, due, new Date(EPOCH), []));
    }
  };
  expect(await prove()).toHaveLength(DAYS);
  expect(await prove()).toEqual([]);
  await write([factOf(2_000_000, EPOCH + 2 * DAY_MS + 1_000)]);
  await analytics.foldFacts(database, new Date(EPOCH));
  expect(await prove()).toEqual(['2026-03-04']);
});

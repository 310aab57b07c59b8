import * as fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openFreshDatabase } from '../../../tests/setup/database.ts';
import {
  type AccountId,
  type GenerationId,
  idOf,
  type ModelId,
  type ReleaseId,
  type SlotId,
} from '../../ids.ts';
import { edgesOf } from '../../kit/buckets.ts';
import { DAY_MS, startOfDay } from '../../kit/clock.ts';
import type { Database } from '../../kit/database.ts';
import * as analytics from './index.ts';

let database: Database;
let drop: () => Promise<void>;
beforeAll(async () => ({ database, drop } = await openFreshDatabase()));
afterAll(() => drop());

const EPOCH = Date.parse('2026-01-25T00:00:00Z'); // the end of a month lies within
const SPAN_MS = 45 * DAY_MS;
const person = (n: number) => idOf<AccountId>('person', String(n));
const model = (n: number) => idOf<ModelId>('model', String(n));
/** A model is handed over at some time: what was begun before is still its first owner's. */
const HANDED_OVER = EPOCH + 20 * DAY_MS;
const ownerOf = (n: number, began_at: number) =>
  person(n === 0 && began_at >= HANDED_OVER ? 101 : 100 + (n % 2));

const arbitraryFact = fc
  .record({
    began: fc.nat(SPAN_MS),
    took: fc.constantFrom(40, 900, 5_000, 61_000, 4_000_000, 2 * DAY_MS),
    model: fc.nat(3),
    release: fc.nat(1),
    payer: fc.nat(11),
    outcome: fc.constantFrom<analytics.Outcome>(
      'succeeded',
      'succeeded',
      'succeeded',
      'failed',
      'cancelled',
      'expired',
    ),
    related: fc.boolean(),
    price: fc.nat(5_000_000),
    promo_ppm: fc.nat(1_000_000),
    collaborators: fc.nat(2),
    region: fc.constantFrom('europe', 'asia', null),
    follower: fc.boolean(),
    settings: fc.subarray(['steps=20', 'shape=wide', 'a "quoted", one={1}']),
  })
  .map((wish) => ({ ...wish, began: wish.began + EPOCH }));
type Wish = typeof arbitraryFact extends fc.Arbitrary<infer T> ? T : never;

function factOf(wish: Wish, n: number): analytics.Fact {
  const charged = wish.outcome === 'succeeded';
  const price_micros = BigInt(wish.price + 1);
  const promo_micros = charged ? (price_micros * BigInt(wish.promo_ppm)) / 1_000_000n : 0n;
  const paid_micros = charged ? price_micros - promo_micros : 0n;
  const creator_id = ownerOf(wish.model, wish.began);
  const earners =
    wish.related || !charged ? [] : [creator_id, person(200), person(201)].slice(0, wish.collaborators + 1);
  return {
    generation_id: idOf<GenerationId>('generation', String(n)),
    began_at: new Date(wish.began),
    ended_at: new Date(wish.began + wish.took),
    model_id: model(wish.model),
    release_id: idOf<ReleaseId>('release', String(wish.model), String(wish.release)),
    creator_id,
    payer_id: person(wish.payer),
    outcome: wish.outcome,
    reason: wish.outcome === 'failed' ? 'runner_lost' : null,
    related: wish.related,
    price_micros,
    promo_micros,
    paid_micros,
    queue_ms: Math.floor(wish.took / 3),
    run_ms: wish.outcome === 'succeeded' ? Math.floor(wish.took / 2) : null,
    total_ms: wish.took,
    via: wish.payer % 2 ? 'api' : 'page',
    source: wish.follower ? 'follow' : 'slot',
    slot_id: wish.follower ? null : idOf<SlotId>('slot', String(wish.model)),
    follower: wish.follower,
    region: wish.region,
    settings: wish.settings,
    modality: 'image',
    earned: earners.map((person_id, place) => ({
      person_id,
      role: place === 0 ? 'creator' : 'collaborator',
      paid_micros: paid_micros / BigInt(place + 2),
      promo_micros: promo_micros / BigInt(place + 2),
    })),
  };
}

/** A refund, some time later, of everything that was earned; or a claim that gives it to somebody else. */
function correctionOf(
  fact: analytics.Fact,
  later_ms: number,
  kind: 'refund' | 'claim' | 'vested',
): analytics.Correction {
  const taken = fact.earned.map((part) => ({
    ...part,
    paid_micros: -part.paid_micros,
    promo_micros: -part.promo_micros,
  }));
  const sum = (half: 'paid_micros' | 'promo_micros') =>
    fact.earned.reduce((total, part) => total + part[half], 0n);
  const brought = {
    person_id: person(300),
    role: 'claimant' as const,
    paid_micros: sum('paid_micros'),
    promo_micros: sum('promo_micros'),
  };
  return {
    id: idOf(kind, fact.generation_id),
    at: new Date(fact.ended_at.getTime() + later_ms),
    kind,
    generation_id: fact.generation_id,
    paid_micros: kind === 'refund' ? fact.paid_micros : 0n,
    promo_micros: kind === 'refund' ? fact.promo_micros : 0n,
    parts: {
      refund: taken,
      claim: [...taken, brought],
      vested: fact.earned.map((part) => ({ ...part, paid_micros: 0n })),
    }[kind],
  };
}

const within = (at: Date, from: Date, to: Date) => at >= from && at < to;
const bucketed = <T>(cuts: readonly Date[], items: readonly T[], at: (item: T) => Date) =>
  cuts
    .slice(0, -1)
    .map((from, place) => items.filter((item) => within(at(item), from, cuts[place + 1] ?? from)));
const total = <T>(items: readonly T[], of: (item: T) => bigint | number) =>
  items.reduce((sum, item) => sum + BigInt(of(item)), 0n);

type History = { facts: analytics.Fact[]; corrections: analytics.Correction[] };
const theirs = (of: analytics.Of) => (fact: analytics.Fact) =>
  (of.creator_id === null || fact.creator_id === of.creator_id) &&
  (of.model_ids === null || of.model_ids.includes(fact.model_id));

/** Counted one by one, as anybody would who has all receipts before them. */
function usageAgain({ facts, corrections }: History, of: analytics.Of, cuts: readonly Date[]) {
  const known = new Map(facts.map((fact) => [fact.generation_id, fact]));
  const mine = facts.filter(theirs(of));
  const taken = corrections.filter(({ generation_id }) => {
    const fact = generation_id && known.get(generation_id);
    return fact && theirs(of)(fact);
  });
  const changes = bucketed(cuts, taken, ({ at }) => at);
  return bucketed(cuts, mine, ({ ended_at }) => ended_at).flatMap((some, place) => {
    const change = changes[place] ?? [];
    if (some.length + change.length === 0) return [];
    const n = (outcome: string) => some.filter((fact) => fact.outcome === outcome).length;
    return [
      {
        from: cuts[place],
        succeeded: n('succeeded'),
        failed: n('failed'),
        cancelled: n('cancelled'),
        expired: n('expired'),
        related: some.filter(({ outcome, related }) => related && outcome === 'succeeded').length,
        refunds: change.filter(({ kind }) => kind === 'refund').length,
        promo_micros: total(some, (fact) => fact.promo_micros),
        paid_micros: total(some, (fact) => fact.paid_micros),
        queue_ms: Number(total(some, (fact) => fact.queue_ms)),
        run_ms: Number(total(some, (fact) => fact.run_ms ?? 0)),
        refunded_promo_micros: total(change, (one) => one.promo_micros),
        refunded_paid_micros: total(change, (one) => one.paid_micros),
      },
    ];
  });
}

function earnedAgain({ facts, corrections }: History, person_id: AccountId, cuts: readonly Date[]) {
  const parts = [
    ...facts.flatMap(({ ended_at, earned }) =>
      earned.map((part) => ({ ...part, at: ended_at, kind: 'line' })),
    ),
    ...corrections.flatMap(({ at, kind, parts }) => parts.map((part) => ({ ...part, at, kind }))),
  ].filter((part) => part.person_id === person_id);
  return bucketed(cuts, parts, ({ at }) => at).flatMap((some, place) => {
    if (some.length === 0) return [];
    const moved = some.filter(({ kind }) => kind !== 'vested');
    const gained = (half: 'paid_micros' | 'promo_micros') =>
      total(moved, (part) => (part[half] > 0n ? part[half] : 0n));
    const lost = (half: 'paid_micros' | 'promo_micros') =>
      total(moved, (part) => (part[half] < 0n ? -part[half] : 0n));
    return [
      {
        from: cuts[place],
        generations: some.filter(({ kind }) => kind === 'line').length,
        paid_micros: gained('paid_micros'),
        promo_micros: gained('promo_micros'),
        reversed_paid_micros: lost('paid_micros'),
        reversed_promo_micros: lost('promo_micros'),
        vested_micros: total(some, ({ kind, promo_micros }) => (kind === 'vested' ? promo_micros : 0n)),
      },
    ];
  });
}

const pays = ({ outcome, related }: analytics.Fact) => outcome === 'succeeded' && !related;
const different = (facts: readonly analytics.Fact[]) => new Set(facts.map(({ payer_id }) => payer_id)).size;

const CUTS: [string, Date[]][] = [
  ['UTC', edgesOf({ from: new Date(EPOCH), to: new Date(EPOCH + 60 * DAY_MS) }, 'UTC', 'month')],
  [
    'Kolkata',
    edgesOf(
      { from: new Date(EPOCH + 5 * DAY_MS + 600_000), to: new Date(EPOCH + 50 * DAY_MS) },
      'Asia/Kolkata',
      'day',
    ),
  ],
  [
    'New York',
    edgesOf({ from: new Date(EPOCH), to: new Date(EPOCH + 60 * DAY_MS) }, 'America/New_York', 'week'),
  ],
  ['all', [new Date(EPOCH - DAY_MS), new Date(EPOCH + 70 * DAY_MS)]],
];
const OFS: analytics.Of[] = [
  analytics.EVERYBODY,
  { creator_id: person(100), model_ids: null },
  { creator_id: person(101), model_ids: [model(0), model(1)] },
  { creator_id: null, model_ids: [model(0)] },
];

async function expectTheSame(history: History): Promise<void> {
  const { db } = database;
  for (const [, cuts] of CUTS) {
    for (const of of OFS) {
      const found = await analytics.usageOf(db, { of, cuts });
      expect(found).toEqual(
        usageAgain(history, of, cuts).map((row) => ({ ...row, model_id: null, release_id: null })),
      );
    }
    for (const person_id of [person(100), person(101), person(200), person(300)]) {
      const found = await analytics.earnedBy(db, { person_id, cuts, by: [] });
      expect(found).toEqual(
        earnedAgain(history, person_id, cuts).map((row) => ({
          ...row,
          ...{ person_id: null, model_id: null, release_id: null, role: null, source: null },
        })),
      );
    }
  }
  const cuts = CUTS[2]?.[1] ?? [];
  for (const of of OFS) {
    const mine = history.facts.filter(theirs(of));
    const latency = await analytics.latencyOf(db, { of, cuts });
    const counted = bucketed(cuts, mine, ({ ended_at }) => ended_at).map((some) => {
      const bins = Array.from({ length: analytics.BINS }, () => 0);
      for (const { outcome, total_ms } of some)
        if (outcome === 'succeeded')
          bins[analytics.binOf(total_ms)] = (bins[analytics.binOf(total_ms)] ?? 0) + 1;
      return bins;
    });
    expect(analytics.mergeHistograms(...latency.map((one) => one.total))).toEqual(
      analytics.mergeHistograms(...counted),
    );
    const failed = await analytics.reasonsOf(db, { of, cuts });
    expect(failed.reduce((sum, { generations }) => sum + generations, 0)).toBe(
      bucketed(cuts, mine, ({ ended_at }) => ended_at)
        .flat()
        .filter(({ reason }) => reason !== null).length,
    );
    if (of.creator_id === null && of.model_ids === null) continue;
    const days = edgesOf({ from: new Date(EPOCH), to: new Date(EPOCH + 50 * DAY_MS) }, 'UTC', 'day');
    const last = startOfDay(
      new Date(Math.max(0, ...history.facts.filter(pays).map(({ ended_at }) => ended_at.getTime()))),
    );
    const people = await analytics.distinctOf(db, { of, cuts: days });
    const paying = bucketed(days, mine.filter(pays), ({ ended_at }) => ended_at);
    for (const [place, one] of people.entries()) {
      expect(one.exact).toBe(one.from.getTime() >= last.getTime() - analytics.EXACT_DAYS * DAY_MS);
      // so few are told apart by a sketch as well
      expect(one.people).toBe(different(paying[place] ?? []));
    }
    const cohorts = await analytics.cohortsOf(db, {
      of,
      from: new Date(0),
      to: new Date(EPOCH + 99 * DAY_MS),
    });
    expect(cohorts.reduce((sum, cohort) => sum + cohort.people, 0)).toBe(different(mine.filter(pays)));
    for (const cohort of cohorts) expect(cohort.weeks[0]).toBe(cohort.people);
  }
}

test('every figure is what counting one by one gives, whatever came late, was taken back or changed hands', async () => {
  let round = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(arbitraryFact, { minLength: 1, maxLength: 60 }),
      fc.array(
        fc.record({
          of: fc.nat(59),
          later: fc.nat(9 * DAY_MS),
          kind: fc.constantFrom('refund', 'claim', 'vested'),
        }),
        { maxLength: 12 },
      ),
      fc.array(fc.constantFrom('write', 'fold', 'again', 'sum', 'sketch', 'week'), {
        minLength: 3,
        maxLength: 20,
      }),
      async (wishes, changes, acts) => {
        await empty();
        round += 1;
        const facts = wishes.map((wish, n) => factOf(wish, round * 1000 + n));
        const corrections = [
          ...new Map(
            changes.flatMap(({ of, later, kind }) => {
              const fact = facts[of];
              return fact?.outcome === 'succeeded'
                ? [[idOf(kind, fact.generation_id), correctionOf(fact, later, kind)] as const]
                : [];
            }),
          ).values(),
        ];
        await live({ facts, corrections }, acts);
        await expectTheSame({ facts, corrections });
        await expectProved();
        await analytics.rebuild(database);
        await expectTheSame({ facts, corrections });
        while (await analytics.breakDownWeek(database, new Date(EPOCH + 99 * DAY_MS)));
        await expectAtoms(facts);
      },
    ),
    { numRuns: 12, endOnFailure: true },
  );
});

test('where nothing was ever made no day and no week is kept, however far back they go', async () => {
  await empty();
  const at = new Date(EPOCH);
  const keeps = { sum: analytics.sumNextDay, sketch: analytics.sketchDay, week: analytics.breakDownWeek };
  for (const [name, keep] of Object.entries(keeps)) {
    // a mark may move on, and that once
    await keep(database, at);
    expect(await keep(database, at), name).toBe(false);
  }
  expect((await sql`select from analytics.week`.execute(database.db)).rows).toEqual([]);
});

test('of months whose facts are gone nothing is missing from a sum: parts of hours go with their hour', async () => {
  await empty();
  const wishes = fc.sample(arbitraryFact, { numRuns: 60, seed: 25 });
  const facts = wishes.map((wish, n) => factOf(wish, 999_000 + n));
  const history = { facts, corrections: [] };
  await live(history, ['write', 'fold', 'sum']);
  await analytics.foldFacts(database, new Date(EPOCH + 99 * DAY_MS));
  const of = { creator_id: person(100), model_ids: null };
  const [, cuts = []] = CUTS.find(([name]) => name === 'Kolkata') ?? [];
  expect(await analytics.wholeHoursBefore(database.db, cuts)).toBe(null);
  await analytics.forgetMinutes(database, new Date(EPOCH + 99 * DAY_MS));
  expect(await analytics.dropMonths(database, new Date('2026-02-28T00:00:00Z'))).toBeGreaterThan(0);
  const kept_from = new Date('2026-02-01T00:00:00Z');
  expect(await analytics.wholeHoursBefore(database.db, cuts)).toEqual(kept_from);
  expect(await analytics.wholeHoursBefore(database.db, [new Date(EPOCH), kept_from])).toBe(null);

  const hours = cuts.map((cut) =>
    cut < kept_from ? new Date(Math.floor(cut.getTime() / 3_600_000) * 3_600_000) : cut,
  );
  const asked = (counted: ReturnType<typeof usageAgain>) =>
    counted.map(({ from, ...row }) => ({
      ...{ from: cuts[hours.findIndex((hour) => hour.getTime() === from?.getTime())] },
      ...{ ...row, model_id: null, release_id: null },
    }));
  const found = await analytics.usageOf(database.db, { of, cuts });
  expect(found).toEqual(asked(usageAgain(history, of, hours)));
  expect(found.some(({ from }) => from < kept_from)).toBe(true);
  const succeeded = (rows: readonly { succeeded: number }[]) =>
    rows.reduce((sum, row) => sum + row.succeeded, 0);
  const timed = await analytics.latencyOf(database.db, { of, cuts });
  expect(analytics.mergeHistograms(...timed.map((one) => one.total)).reduce((sum, n) => sum + n, 0)).toBe(
    succeeded(found),
  );
});

async function expectProved(): Promise<void> {
  await analytics.foldFacts(database, new Date(EPOCH));
  for (const day of await analytics.daysCounted(database.db))
    expect(await analytics.differencesOn(database.db, day)).toEqual([]);
}

/** Weeks by who and how, with the people behind each value. */
async function expectAtoms(facts: readonly analytics.Fact[]): Promise<void> {
  const of = { creator_id: person(100), model_ids: null };
  const span = { from: new Date(EPOCH - 9 * DAY_MS), to: new Date(EPOCH + 90 * DAY_MS) };
  const mine = facts.filter((fact) => theirs(of)(fact) && !fact.related);
  const FIELDS = ['steps', 'shape', 'a "quoted", one'];
  const valuesOf: Record<string, (fact: analytics.Fact, seen: readonly string[]) => string[]> = {
    region: ({ region }) => [region ?? analytics.NONE],
    slot: ({ slot_id }) => [slot_id ?? analytics.NONE],
    // of each field that is known of the model in the week, what it was set to, or nothing
    setting: ({ settings }, seen) =>
      seen.map((field) => settings.find((one) => one.startsWith(`${field}=`)) ?? `${field}=`),
  };
  for (const dimension of ['region', 'slot', 'setting'] as const) {
    const atoms = await analytics.atomsOf(database.db, { of, ...span, dimension });
    const told = new Set<analytics.Fact>();
    for (const atom of atoms) {
      const week_ends = new Date(atom.week.getTime() + 7 * DAY_MS);
      const together = mine.filter(
        ({ model_id, ended_at }) => model_id === atom.model_id && within(ended_at, atom.week, week_ends),
      );
      const seen = FIELDS.filter((field) =>
        together.some(({ settings }) => settings.some((one) => one.startsWith(`${field}=`))),
      );
      const some = together.filter((fact) => valuesOf[dimension]?.(fact, seen).includes(atom.value));
      for (const fact of some) told.add(fact);
      expect(atom).toMatchObject({ people: different(some), generations: some.length });
    }
    if (dimension !== 'setting') expect(told.size).toBe(mine.length);
  }
}

/** Facts come in batches, some of them twice; corrections after their facts; folds and jobs in between. */
async function live({ facts, corrections }: History, acts: readonly string[]): Promise<void> {
  const steps = [...acts, 'write'];
  const size = Math.ceil(facts.length / steps.filter((act) => act === 'write').length);
  let written = 0;
  for (const act of steps) {
    const at = facts[Math.max(0, written - 1)]?.ended_at ?? new Date(EPOCH);
    if (act === 'fold') await analytics.foldFacts(database, at);
    if (act === 'sum') await analytics.sumNextDay(database, at);
    if (act === 'sketch') await analytics.sketchDay(database, at);
    if (act === 'week') await analytics.breakDownWeek(database, at);
    if (act === 'write' || act === 'again') {
      const from = act === 'again' ? Math.max(0, written - size) : written;
      const some = facts.slice(from, from + size);
      const ids = new Set(facts.slice(0, from + size).map(({ generation_id }) => generation_id));
      await database.inTransaction(async (tx) => {
        await analytics.addFacts(tx, some);
        await analytics.addCorrections(
          tx,
          corrections.filter(({ generation_id }) => generation_id && ids.has(generation_id)),
          facts,
        );
      });
      if (act === 'write') written = from + size;
    }
  }
}

async function empty(): Promise<void> {
  const { db } = database;
  for (const table of ['fact', 'correction'])
    await sql`alter table ${sql.table(`analytics.${table}`)} disable trigger all`.execute(db);
  await sql`truncate analytics.fact, analytics.correction, analytics.usage_minute, analytics.usage_hour, analytics.usage_day,
    analytics.failure_hour, analytics.earned_hour, analytics.earned_day, analytics.payer, analytics.sketch, analytics.breakdown_week,
    analytics.week, analytics.proof, analytics.state`.execute(db);
  await sql`insert into analytics.state default values`.execute(db);
}

import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { AccountId, GenerationId } from '../../server/ids.ts';
import { asId, newId } from '../../server/ids.ts';
import { DAY_MS, settableClock } from '../../server/kit/clock.ts';
import * as generation from '../../server/modules/generation/index.ts';
import { reap } from '../../server/roles/worker.ts';
import { buy, creditsOf, releaseOf, SMALL, start } from '../acts.ts';
import { openClient, type Visitor } from '../client.ts';
import { idOf } from '../finance.ts';
import { expectProblem, expectRefusal } from '../refusal.ts';
import { scriptedEngine } from '../scripted-engine.ts';
import { PASSWORD, startWorld, type World } from '../world.ts';

const MINUTE = 60_000;
const clock = settableClock(new Date('2026-11-22T12:00:00Z'));
let world: World;
let release_id: string;
beforeAll(async () => {
  world = await startWorld({ engine: scriptedEngine(), clock, roles: 'web' });
  release_id = await releaseOf(await world.member('somebody'));
});
afterAll(() => world.end());
afterEach(async () => {
  // each story begins with an empty queue that nobody serves
  const { db } = world.context;
  await db.deleteFrom('generation.serving').execute();
  await db.deleteFrom('generation.run_time').execute();
  await db
    .updateTable('generation.generation')
    .set({ state: 'expired', ended_at: clock.now() })
    .where('state', 'in', ['queued', 'leased', 'running'])
    .execute();
});

const lease = (limit = 1, more: Partial<generation.LeaseOptions> = {}) =>
  generation.leaseMany(world.context.db, {
    ...{ pool: 'embedded', holder: 'test', at: clock.now(), lease_ms: MINUTE, limit },
    ...more,
  });

/** Whose job is next, as long as there is one: what runners would take, in their order. */
async function servedInOrder(at_once = 1): Promise<string[]> {
  const payers: string[] = [];
  for (;;) {
    const jobs = await lease(at_once);
    if (jobs.length === 0) return payers;
    payers.push(...jobs.map(({ payer_id }) => payer_id));
  }
}

const serve = (slots: number, pool = 'embedded') =>
  generation.serve(world.context.db, { holder: 'test', pool, slots }, clock.now());

async function whaleAndLight(jobs: { whale: number; light: number }) {
  const whale = await world.member('whale');
  const light = await world.member('light');
  await buy(whale, 'pack-1000');
  await buy(light, 'pack-1000');
  for (let job = 0; job < jobs.whale; job += 1) await start(whale, { release_id, input: SMALL });
  for (let job = 0; job < jobs.light; job += 1) await start(light, { release_id, input: SMALL });
  return { whale: await idOf(whale), light: await idOf(light), whale_person: whale, light_person: light };
}

test('somebody with two jobs is served among the first, whoever came before with twenty', async () => {
  const { light } = await whaleAndLight({ whale: 20, light: 2 });
  const order = await servedInOrder(3);
  expect(order).toHaveLength(22);
  expect(order.slice(0, 5).filter((payer) => payer === light)).toHaveLength(2);
});

test('whoever bought credits lately is served three times as often, and the others in between', async () => {
  const free = await world.member('free');
  const supporter = await world.member('supporter');
  await buy(supporter, 'pack-1000');
  for (let job = 0; job < 4; job += 1) await start(free, { release_id });
  for (let job = 0; job < 12; job += 1) await start(supporter, { release_id });
  const me = await idOf(free);
  const order = await servedInOrder();
  for (const [from, to] of [
    [0, 4],
    [4, 8],
    [8, 12],
  ] as const)
    expect(order.slice(from, to).filter((payer) => payer === me)).toHaveLength(1);
});

test('what nobody waits for comes after what somebody does, and still has its turn', async () => {
  const member = await world.member('bulky');
  const eager = await world.member('eager');
  const bulk = await member.api.generation.createGeneration({
    headers: { 'idempotency-key': 'bulk-first' },
    body: { release_id, input: SMALL, class: 'bulk' },
  });
  expect(bulk).toMatchObject({ class: 'bulk', queue_place: 1, price_micros: '1000000' });
  await start(eager, { release_id });
  await start(eager, { release_id });
  expect((await member.api.generation.getGeneration({ id: bulk.id })).queue_place).toBe(3);
  const own = await start(member, { release_id }); // one's own bulk does not stand in one's own way
  expect((await member.api.generation.getGeneration({ id: own.id })).queue_place).toBeLessThan(3);

  clock.advance(6 * MINUTE);
  await reap(world.context);
  for (let job = 0; job < 5; job += 1) await start(eager, { release_id });
  const order: string[] = [];
  for (let [job] = await lease(); job; [job] = await lease()) order.push(job.id);
  expect(order).toHaveLength(9);
  expect(order.indexOf(bulk.id)).toBeLessThan(6);
});

test('bulk may wait for hours, and then expires like everything else', async () => {
  const member = await world.member('patient');
  const { id } = await member.api.generation.createGeneration({
    headers: { 'idempotency-key': 'a long wait' },
    body: { release_id, input: SMALL, class: 'bulk' },
  });
  clock.advance(60 * MINUTE);
  await reap(world.context);
  expect(await member.api.generation.getGeneration({ id })).toMatchObject({ state: 'queued' });
  clock.advance(6 * 60 * MINUTE);
  await reap(world.context);
  expect(await member.api.generation.getGeneration({ id })).toMatchObject({ state: 'expired' });
  expect(await creditsOf(member)).toEqual({ available: 100, held: 0 });
});

test('while others wait, nobody holds more than half of the slots; while nobody does, they may hold all', async () => {
  await serve(4);
  const { whale } = await whaleAndLight({ whale: 10, light: 0 });
  expect((await lease(3)).map(({ payer_id }) => payer_id)).toEqual([whale, whale, whale]);
  const late = await world.member('late');
  await start(late, { release_id });
  const [next] = await lease();
  const [after] = await lease();
  expect([next?.payer_id, after?.payer_id]).toEqual([await idOf(late), whale]);
});

test('each pool has an order of its own, and who serves one takes from no other', async () => {
  const { whale, whale_person } = await whaleAndLight({ whale: 3, light: 0 });
  const { id } = await start(whale_person, { release_id });
  await world.context.db
    .updateTable('generation.generation')
    .set({ pool: 'pull:fleet' })
    .where('id', '=', id)
    .execute();
  expect((await lease(9)).map(({ payer_id }) => payer_id)).toEqual([whale, whale, whale]);
  expect((await lease(9, { pool: 'pull:fleet' })).map((job) => job.id)).toEqual([id]);
});

test('one key may have fewer open than its account, and the answer says whose limit it was', async () => {
  const member = await world.member('keyed');
  await buy(member, 'pack-1000');
  const { secret } = await member.api.identity.createApiKey({
    name: 'a program',
    scopes: ['read', 'generate'],
    expires_in_days: 7,
    password: PASSWORD,
  });
  const program = openClient(world.url, { api_key: secret });
  const tries = await Promise.allSettled(Array.from({ length: 27 }, () => start(program, { release_id })));
  expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(25);
  expect(await expectRefusal(start(program, { release_id }), 'QUEUE_FULL')).toMatchObject({
    whose: 'key',
    limit: 25,
  });
  const more = await Promise.allSettled(Array.from({ length: 27 }, () => start(member, { release_id })));
  expect(more.filter(({ status }) => status === 'fulfilled')).toHaveLength(25);
  expect(await expectRefusal(start(member, { release_id }), 'QUEUE_FULL')).toMatchObject({
    whose: 'yours',
    limit: 50,
  });
});

/** Lets a run of the release have been measured. */
const takes = (ms: number) =>
  world.context.db
    .insertInto('generation.run_time')
    .values({ release_id, recent_ms: [ms, ms, ms] })
    .execute();

test('who waits is told when it will be their turn, and nothing where that is not known', async () => {
  const { light_person: person } = await whaleAndLight({ whale: 0, light: 3 });
  const { items } = await person.api.generation.listGenerations({ limit: 3 });
  const [third, second, first] = items.map(({ id }) => id);
  const look = (id = '') => person.api.generation.getGeneration({ id });
  expect(await look(first)).toMatchObject({ queue_place: 1, estimate: null, runner_away: true });

  await serve(1);
  expect(await look(first)).toMatchObject({
    estimate: { starts_in_ms: 0, ends_in_ms: null },
    runner_away: false,
  });
  expect(await look(second)).toMatchObject({ queue_place: 2, estimate: null, runner_away: false });

  await takes(4_000);
  expect(await look(third)).toMatchObject({ estimate: { starts_in_ms: 8_000, ends_in_ms: 12_000 } });
  await lease();
  clock.advance(1_000);
  expect(await look(first)).toMatchObject({
    queue_place: null,
    estimate: { starts_in_ms: 0, ends_in_ms: 3_000 },
  });
  expect(await look(third)).toMatchObject({
    queue_place: 2,
    estimate: { starts_in_ms: 7_000, ends_in_ms: 11_000 },
  });
  await serve(2);
  expect(await look(third)).toMatchObject({ estimate: { starts_in_ms: 3_500, ends_in_ms: 7_500 } });
});

test('a clock that was set makes nobody wait longer, and what ran over it is taken', async () => {
  const { light_person: person } = await whaleAndLight({ whale: 0, light: 3 });
  await takes(4_000);
  const [job] = await lease();
  clock.advance(60 * DAY_MS);
  const delivery = {
    id: job?.id ?? asId<GenerationId>(''),
    fence: job?.fence ?? '',
    assets: [],
    runtime: {},
  };
  const delivered = await world.context.database.inTransaction((tx) =>
    generation.deliver(tx, [delivery], clock.now()),
  );
  expect(delivered).toMatchObject([{ id: job?.id }]);
  await generation.measure(world.context.db, delivered);
  await lease();
  clock.advance(-60 * DAY_MS);
  await serve(1);
  const { items } = await person.api.generation.listGenerations({ limit: 2 });
  const waits = await person.api.generation.getGeneration({ id: items[0]?.id ?? '' });
  expect(waits).toMatchObject({ queue_place: 1, estimate: { starts_in_ms: 4_000, ends_in_ms: 8_000 } });
  await aMomentPasses();
  await start(person, { release_id });
});

test('a pool with too much before it takes nothing more, and says when to try again', async () => {
  const { light_person: person } = await whaleAndLight({ whale: 0, light: 11 });
  await serve(1);
  await takes(60_000);
  await aMomentPasses();
  const refused = await expectRefusal(start(person, { release_id }), 'QUEUE_FULL');
  expect(refused).toMatchObject({ whose: 'pool', limit: null, retry_after_s: 60 });
  const answer = person.fetch('/api/v1/generations', {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': 'one-too-many' },
    body: JSON.stringify({ release_id, input: SMALL }),
  });
  await expectProblem(answer, 'QUEUE_FULL');
  expect((await answer).headers.get('retry-after')).toBe('60');
  expect(await creditsOf(person)).toMatchObject({ held: 11 });
  // what nobody waits for may still come, and with more machines everybody
  await person.api.generation.createGeneration({
    headers: { 'idempotency-key': 'patient-one' },
    body: { release_id, input: SMALL, class: 'bulk' },
  });
  await serve(4);
  await aMomentPasses();
  await start(person, { release_id });
});

/** A look at the pools is good for a second. */
const aMomentPasses = () => new Promise((rest) => setTimeout(rest, 1_050));

test('a worker gets what it can run, and first what it has loaded, unless somebody has waited too long', async () => {
  const { whale_person: person } = await whaleAndLight({ whale: 0, light: 0 });
  const other = await releaseOf(person, 'mandala');
  const ids: string[] = [];
  for (const release of [release_id, other, release_id])
    ids.push(
      (await start(person, { release_id: release, input: { prompt: 'x', width: 256, height: 256 } })).id,
    );
  const [first, loaded, large] = ids.map((id) => asId<GenerationId>(id));
  await world.context.db
    .updateTable('generation.generation')
    .set({ vram_gib_min: 24, features: ['fp8'] })
    .where('id', '=', large ?? '')
    .execute();
  const worker_id = newId<Parameters<typeof generation.workerById>[1]>(clock.now());
  await world.context.database.inTransaction((tx) =>
    generation.makeWorker(tx, { id: worker_id, name: 'small', pools: ['embedded'] }, clock.now()),
  );
  const small = { id: worker_id, trusted: true, loaded: [other], vram_gib: 8, features: ['house'] };
  expect((await lease(1, { worker: small })).map(({ id }) => id)).toEqual([loaded]);
  expect((await lease(9, { worker: small })).map(({ id }) => id)).toEqual([first]);
  expect(await lease(9, { worker: { ...small, vram_gib: 24 } })).toEqual([]);
  const able = { ...small, vram_gib: 24, features: ['house', 'fp8', 'bf16'] };
  expect((await lease(9, { worker: able })).map(({ id }) => id)).toEqual([large]);

  const old = (await start(person, { release_id })).id;
  clock.advance(11_000);
  const young = (await start(person, { release_id: other, input: { prompt: 'x', width: 256, height: 256 } }))
    .id;
  expect((await lease(2, { worker: small })).map(({ id }) => id)).toEqual([old, young]);
});

// what the order must be, computed apart from the database: start-time fair queuing, tag by tag
type Wish = { payer: number; pool: string; class: generation.JobClass; price: bigint; weight: bigint };
type Step = { enqueue: Wish[] } | { lease: string; limit: number };
type Model = {
  waiting: { id: string; wish: Wish; tag: bigint }[];
  clock: Map<string, bigint>;
  last: Map<string, bigint>;
};

const orderOf = (wish: Wish) => `${wish.pool} ${wish.class}`;

function enqueue(model: Model, ids: readonly string[], wishes: readonly Wish[]): void {
  for (const [place, wish] of wishes.entries()) {
    const key = `${orderOf(wish)} ${wish.payer}`;
    const now = model.clock.get(orderOf(wish)) ?? 0n;
    const last = model.last.get(key) ?? 0n;
    const tag = (last > now ? last : now) + (wish.price + wish.weight - 1n) / wish.weight;
    model.last.set(key, tag);
    model.waiting.push({ id: ids[place] ?? '', wish, tag });
  }
}

function take(model: Model, pool: string, limit: number): string[] {
  const rank = { interactive: 0, bulk: 1 };
  const next = model.waiting
    .filter(({ wish }) => wish.pool === pool)
    .sort(
      (a, b) =>
        rank[a.wish.class] - rank[b.wish.class] ||
        (a.tag < b.tag ? -1 : a.tag > b.tag ? 1 : a.id < b.id ? -1 : 1),
    )
    .slice(0, limit);
  for (const { wish, tag } of next)
    if (tag > (model.clock.get(orderOf(wish)) ?? 0n)) model.clock.set(orderOf(wish), tag);
  model.waiting = model.waiting.filter((job) => !next.includes(job));
  return next.map(({ id }) => id);
}

const wish: fc.Arbitrary<Wish> = fc.record({
  payer: fc.integer({ min: 0, max: 3 }),
  pool: fc.constantFrom('pull:a', 'pull:b'),
  class: fc.constantFrom('interactive' as const, 'interactive' as const, 'bulk' as const),
  price: fc.bigInt({ min: 1n, max: 20n }),
  weight: fc.constantFrom(1n, 3n),
});
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ enqueue: fc.array(wish, { minLength: 1, maxLength: 4 }) }),
  fc.record({ lease: fc.constantFrom('pull:a', 'pull:b'), limit: fc.integer({ min: 1, max: 3 }) }),
);

test('the database keeps exactly that order, whatever comes and goes', async () => {
  const { db, database } = world.context;
  const people: Visitor[] = [];
  for (let n = 0; n < 4; n += 1) people.push(await world.member(`payer${n}`));
  const payers = await Promise.all(people.map(idOf));
  const sample = await start(people[0] as Visitor, { release_id });
  const terms = (await generation.generationById(db, asId(sample.id)))?.terms;
  if (!terms) throw new Error('no terms');

  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
      await db.deleteFrom('generation.generation').where('pool', 'like', 'pull:%').execute();
      await db.deleteFrom('generation.fair_tag').where('pool', 'like', 'pull:%').execute();
      await db.deleteFrom('generation.fair_clock').where('pool', 'like', 'pull:%').execute();
      const model: Model = { waiting: [], clock: new Map(), last: new Map() };
      for (const one of steps) {
        if ('lease' in one) {
          const leased = await lease(one.limit, { pool: one.lease });
          expect(leased.map(({ id }) => id)).toEqual(take(model, one.lease, one.limit));
          continue;
        }
        const jobs = one.enqueue.map((wanted) => newJob(wanted, payers, terms));
        await database.inTransaction((tx) => generation.insertGenerations(tx, jobs));
        enqueue(
          model,
          jobs.map(({ id }) => id),
          one.enqueue,
        );
      }
    }),
    { numRuns: 12, endOnFailure: true },
  );
});

function newJob(
  wanted: Wish,
  payers: readonly AccountId[],
  terms: generation.Terms,
): generation.NewGeneration {
  const at = clock.now();
  return {
    ...{
      id: newId<GenerationId>(at),
      via: 'page',
      region: null,
      payer_id: payers[wanted.payer] ?? asId(''),
      release_id: asId(release_id),
    },
    ...{ modality: 'image', pool: wanted.pool, class: wanted.class, weight: wanted.weight, terms },
    ...{ input: {}, seed: 1, api_key_id: null, batch_id: null, board_id: null, requires: { features: [] } },
    ...{ price_micros: wanted.price, promo_micros: wanted.price, paid_micros: 0n },
    ...{ created_at: at, deadline_at: new Date(at.getTime() + 60 * MINUTE) },
  };
}

test('in that order nobody who always waits gets less than their weight, but for one job', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ weight: fc.constantFrom(1n, 2n, 3n), price: fc.bigInt({ min: 1n, max: 9n }) }), {
        minLength: 2,
        maxLength: 5,
      }),
      fc.integer({ min: 20, max: 80 }),
      (payers, services) => {
        const model: Model = { waiting: [], clock: new Map(), last: new Map() };
        const owner = new Map<string, number>();
        const served = payers.map(() => 0n);
        for (const [payer, { weight, price }] of payers.entries())
          for (let n = 0; n < services; n += 1) {
            const id = `${String(n).padStart(3, '0')} ${payer}`;
            owner.set(id, payer);
            enqueue(model, [id], [{ payer, pool: 'a', class: 'interactive', price, weight }]);
          }
        for (let n = 0; n < services; n += 1)
          for (const id of take(model, 'a', 1)) {
            const payer = owner.get(id) ?? 0;
            served[payer] = (served[payer] ?? 0n) + (payers[payer]?.price ?? 0n);
          }
        const shares = payers.map(({ weight }, place) => Number(served[place]) / Number(weight));
        // tags are whole numbers, so a share may be off by one for each job
        const largest = Math.max(
          ...payers.map(({ price, weight }) => Number((price + weight - 1n) / weight)),
        );
        const rounded = payers.some(({ price, weight }) => price % weight !== 0n);
        if (!rounded) expect(Math.max(...shares) - Math.min(...shares)).toBeLessThanOrEqual(2 * largest);
      },
    ),
    { numRuns: 200 },
  );
});

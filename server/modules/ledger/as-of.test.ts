import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freshDatabase } from '../../../tests/setup/database.ts';
import { type Database, openDatabase } from '../../kit/database.ts';
import * as ledger from './index.ts';

let database: Database;
let drop: () => Promise<void>;
beforeAll(async () => {
  const fresh = await freshDatabase();
  database = openDatabase(fresh.url, { connections_max: 4 });
  drop = async () => {
    await database.close();
    await fresh.drop();
  };
});
afterAll(() => drop());

type Batch = { at: number; moves: { purse: number; earner: number; amount: number }[] };
const START = Date.parse('2026-11-30T23:58:00.000Z');
/** Times that go to and fro around a midnight, by milliseconds and by minutes. */
const when = fc.oneof(
  fc.integer({ min: 0, max: 300_000 }),
  fc.constantFrom(119_999, 120_000, 120_001, 60_000, 59_999),
);
const batch: fc.Arbitrary<Batch> = fc.record({
  at: when,
  moves: fc.array(
    fc.record({
      purse: fc.integer({ min: 0, max: 1 }),
      earner: fc.integer({ min: 0, max: 2 }),
      amount: fc.integer({ min: 1, max: 1_000_000 }),
    }),
    { minLength: 1, maxLength: 3 },
  ),
});

test('what lay anywhere before an instant is what had been posted by then, in whatever order batches bear their times', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(batch, { minLength: 1, maxLength: 12 }),
      when,
      fc.nat(12),
      async (batches, before, known) => {
        const world = randomUUID();
        const ids = await post(world, batches);
        const at = new Date(START + before);
        const upto = known === 0 ? undefined : (ids[Math.min(known, ids.length) - 1] ?? undefined);

        const counting = batches.filter(
          (one, index) => one.at < before && (upto === undefined || (ids[index] ?? 0n) <= upto),
        );
        const moment = await ledger.momentBefore(database.db, at, upto);
        const lying = await ledger.lyingLike(database.db, [`${world}:%`], moment);
        expect(new Map(lying.map(({ name, amount }) => [name, amount]))).toEqual(sumsOf(world, counting));
        const named = await ledger.lyingIn(
          database.db,
          { keys: [`${world}:purse:0`], series: [`${world}:earner:2`] },
          moment,
        );
        expect(named).toEqual(
          lying.filter(({ name }) => name === `${world}:purse:0` || name === `${world}:earner:2`),
        );
      },
    ),
    { numRuns: 40, endOnFailure: true },
  );
});

test('both ends of a time are what lay there before each, and its steps come to what lies between them', async () => {
  const edges = [0, 1, 2, 4].map((minute) => new Date(START + minute * 60_000));
  await fc.assert(
    fc.asyncProperty(
      fc.array(batch, { minLength: 1, maxLength: 12 }),
      fc.boolean(),
      async (batches, leaves) => {
        const world = randomUUID();
        await post(world, batches);
        const which = { keys: [`${world}:purse:0`, `${world}:earner:1`], series: [`${world}:earner:2`] };
        const names = [...which.keys, ...which.series];
        const sides = await ledger.lyingAndGained(database.db, which, edges, leaves ? 'mov%' : 'payout%');
        const lay = async (at: Date) => {
          const lying = await ledger.lyingIn(database.db, which, await ledger.momentBefore(database.db, at));
          return names.map((name) => lying.find((one) => one.name === name)?.amount ?? 0n);
        };
        const [first = new Date(0), last = new Date(0)] = [edges[0], edges.at(-1)];
        expect(names.map((name) => sides.opening.get(name) ?? 0n)).toEqual(await lay(first));
        expect(names.map((name) => sides.closing.get(name) ?? 0n)).toEqual(await lay(last));
        const [gains] = await ledger.gainedByEach(database.db, [which], edges, leaves ? 'mov%' : 'payout%');
        expect(sides.moves).toEqual(gains);
      },
    ),
    { numRuns: 25, endOnFailure: true },
  );
});

test('without a moment it is what lies there now', async () => {
  const world = randomUUID();
  const batches: Batch[] = [{ at: 1, moves: [{ purse: 0, earner: 2, amount: 7 }] }];
  await post(world, batches);
  const lying = await ledger.lyingLike(database.db, [`${world}:%`], null);
  expect(new Map(lying.map(({ name, amount }) => [name, amount]))).toEqual(sumsOf(world, batches));
});

const purse = (world: string, n: number): ledger.Account => ({
  key: `${world}:purse:${n}`,
  asset: 'CREDIT',
  guarded: true,
});
/** The last earner is a series with an account for each day. */
const earner = (world: string, n: number): ledger.Account =>
  n < 2
    ? { key: `${world}:earner:${n}`, asset: 'CREDIT', guarded: false }
    : {
        key: `${world}:earner:${n}:2026-11-30`,
        asset: 'CREDIT',
        guarded: false,
        series: `${world}:earner:${n}`,
        day: '2026-11-30',
      };

async function post(world: string, batches: readonly Batch[]): Promise<bigint[]> {
  const ids: bigint[] = [];
  for (const { at, moves } of batches) {
    const postings = moves.map((move) => ({
      id: randomUUID(),
      kind: 'move',
      memo: '',
      legs: [
        { account: purse(world, move.purse), amount: BigInt(move.amount) },
        { account: earner(world, move.earner), amount: -BigInt(move.amount) },
      ],
    }));
    ids.push(await database.inTransaction((tx) => ledger.post(tx, postings, new Date(START + at))));
  }
  return ids;
}

function sumsOf(world: string, batches: readonly Batch[]): Map<string, bigint> {
  const sums = new Map<string, bigint>();
  const add = (name: string, amount: bigint) => sums.set(name, (sums.get(name) ?? 0n) + amount);
  for (const { purse: from, earner: to, amount } of batches.flatMap(({ moves }) => moves)) {
    add(`${world}:purse:${from}`, BigInt(amount));
    add(`${world}:earner:${to}`, -BigInt(amount));
  }
  return new Map([...sums].filter(([, amount]) => amount !== 0n));
}

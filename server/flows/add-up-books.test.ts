import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../../tests/eventually.ts';
import { freshDatabase } from '../../tests/setup/database.ts';
import { isAnyoneWaiting } from '../../tests/waiting.ts';
import { type Database, inOnePicture, openDatabase } from '../kit/database.ts';
import * as ledger from '../modules/ledger/index.ts';
import { addUpBooks } from './add-up-books.ts';

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

type Move = { purse: number; earner: number; day: string; amount: number };
type Step = { at: number; slot: number; moves: Move[]; adds_up: number };
const START = Date.parse('2026-11-30T23:58:00.000Z');
const when = fc.oneof(
  fc.integer({ min: 0, max: 300_000 }),
  fc.constantFrom(119_999, 120_000, 120_001, 60_000, 59_999),
);
/** Batches bear times that go to and fro, and after some of them it is added up: of so many postings, or not at all. */
const step: fc.Arbitrary<Step> = fc.record({
  at: when,
  slot: fc.integer({ min: 0, max: 1 }),
  moves: fc.array(
    fc.record({
      purse: fc.nat(1),
      earner: fc.nat(1),
      day: fc.constantFrom('2026-11-30', '2026-12-01'),
      amount: fc.integer({ min: 1, max: 1_000_000 }),
    }),
    { minLength: 1, maxLength: 3 },
  ),
  adds_up: fc.nat(4),
});

/** Three families of a world that has words of its own, and dollars beside its credits. */
const people = [randomUUID(), randomUUID()];
const purse = (world: string, n: number): ledger.Account => ({
  ...{ key: `${world}:member:${people[n]}:paid`, asset: 'CREDIT', guarded: true },
});
const earner = (world: string, { earner: n, day }: Move): ledger.Account => {
  const series = `${world}:creator:${people[n]}:pending`;
  return { key: `${series}:${day}`, asset: 'CREDIT', guarded: false, series, day };
};
const dollars = (world: string, side: 'in' | 'out'): ledger.Account => ({
  ...{ key: `${world}:cash:${side}`, asset: 'USD', guarded: false },
});

async function post(world: string, { at, slot, moves }: Step): Promise<bigint> {
  const postings = moves.flatMap((move) => {
    const amount = BigInt(move.amount);
    const legs = (to: ledger.Account, from: ledger.Account) => [
      { account: to, amount },
      { account: from, amount: -amount },
    ];
    return [
      { part: 0, legs: legs(purse(world, move.purse), earner(world, move)) },
      { part: 1, legs: legs(dollars(world, 'in'), dollars(world, 'out')) },
    ].map((each) => ({ id: idOf(move), kind: 'move', memo: '', ...each }));
  });
  return database.inTransaction((tx) => ledger.post(tx, postings, new Date(START + at), { slot }));
}
const ids = new WeakMap<Move, string>();
function idOf(move: Move): string {
  const id = ids.get(move) ?? randomUUID();
  ids.set(move, id);
  return id;
}

function sumsOf(steps: readonly Step[]): Map<string, bigint> {
  const moved = steps.flatMap(({ moves }) => moves).reduce((sum, { amount }) => sum + BigInt(amount), 0n);
  if (moved === 0n) return new Map();
  return new Map([
    ['purses CREDIT', moved],
    ['earned CREDIT', -moved],
    ['cash in USD', moved],
  ]);
}

let worlds = 0;
/** Letters only: what a pattern names is a word. */
const newWorld = () =>
  `world-${[...String((worlds += 1))].map((digit) => 'abcdefghij'[Number(digit)]).join('')}`;

async function lyingIn(world: string, moment: ledger.Moment | null): Promise<Map<string, bigint>> {
  const families = [
    { name: 'purses', like: `${world}:member:%:paid` },
    { name: 'earned', like: `${world}:creator:%:pending:%` },
    { name: 'cash in', like: `${world}:cash:in` },
  ];
  const lying = await inOnePicture(database.db, (db) => ledger.lyingByFamily(db, families, 'rest', moment));
  return new Map(
    lying.flatMap(({ name, asset, amount }) => (name === 'rest' ? [] : [[`${name} ${asset}`, amount]])),
  );
}

const violations = async (how: ledger.Thoroughness) => {
  const found = await Promise.all(
    ledger.checks(how).map(({ run }) => inOnePicture(database.db, (tx) => run(tx))),
  );
  return found.flat();
};

test('what lay in kinds of accounts is what was posted, wherever it was added up and in whatever order times come', async () => {
  let subtotals_between = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 1, maxLength: 12 }),
      when,
      fc.nat(12),
      async (steps, before, known) => {
        const world = newWorld();
        const batches: bigint[] = [];
        for (const one of steps) {
          batches.push(await post(world, one));
          if (one.adds_up > 0)
            while (await addUpBooks({ database }, { postings: one.adds_up })) subtotals_between += 1;
        }
        const at = new Date(START + before);
        const upto = batches[Math.min(known, batches.length) - 1];
        const counting = steps.filter(
          (one, place) => one.at < before && (upto === undefined || (batches[place] ?? 0n) <= upto),
        );
        const moment = await ledger.momentBefore(database.db, at, upto);
        expect(await lyingIn(world, moment)).toEqual(sumsOf(counting));
        expect(await lyingIn(world, null)).toEqual(sumsOf(steps));
      },
    ),
    { numRuns: 30, endOnFailure: true },
  );
  expect(subtotals_between).toBeGreaterThan(30);
  expect(await violations('full')).toEqual([]);
  expect(await violations('fast')).toEqual([]);
});

test('nothing is left out that was under way when it was added up', async () => {
  const world = newWorld();
  const move: Move = { purse: 0, earner: 0, day: '2026-11-30', amount: 5 };
  const [first, second] = [0, 1].map((slot) => ({ at: 0, slot, moves: [{ ...move }], adds_up: 0 }));
  if (!first || !second) throw new Error('two slots');
  await post(world, { ...first, moves: [{ ...move }] }); // accounts are opened alone
  let adding: Promise<boolean> | undefined;
  await database.inTransaction(async (tx) => {
    const account = { from: dollars(world, 'out'), to: dollars(world, 'in') };
    const legs = [
      { account: account.to, amount: 7n },
      { account: account.from, amount: -7n },
    ];
    const posting = { id: randomUUID(), kind: 'move', memo: '', legs };
    await ledger.post(tx, [posting], new Date(START), { slot: 0 });
    // has a later number, and is there
    await post(world, second);
    adding = addUpBooks({ database }, { postings: 1 });
    await eventually('it waits for what is under way', () => isAnyoneWaiting(database.db));
  });
  expect(await adding).toBe(true);
  while (await addUpBooks({ database }, { postings: 1 }));
  expect(await violations('full')).toEqual([]);
  expect((await lyingIn(world, null)).get('cash in USD')).toBe(17n);
});

test.each([
  [
    'an amount',
    `update ledger.subtotal_line set amount = amount + 1 where upto = (select max(upto) from ledger.subtotal)`,
  ],
  [
    'a line that is gone',
    `delete from ledger.subtotal_line where upto = (select min(upto) from ledger.subtotal)`,
  ],
  [
    'a shape that nobody has',
    `insert into ledger.subtotal_line select max(upto), 'mine', 'CREDIT', 1 from ledger.subtotal`,
  ],
  [
    'a time',
    `update ledger.subtotal set latest = latest - interval '1 day' where upto = (select max(upto) from ledger.subtotal)`,
  ],
])('what was changed behind our back is found: %s', async (_, change) => {
  const breach = new Error('roll this back');
  const looking = database.inTransaction(async (tx) => {
    await (await import('kysely')).sql.raw(change).execute(tx);
    const found = [];
    for (const { run } of ledger.checks('full')) found.push(...(await run(tx)));
    expect([...new Set(found.map(({ invariant }) => invariant))]).toEqual([
      'subtotals are what the rows up to them come to',
    ]);
    throw breach;
  });
  await expect(looking).rejects.toBe(breach);
});

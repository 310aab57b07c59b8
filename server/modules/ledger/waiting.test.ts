import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../../../tests/eventually.ts';
import { freshDatabase } from '../../../tests/setup/database.ts';
import { isAnyoneWaiting } from '../../../tests/waiting.ts';
import { type Database, openDatabase, type Tx } from '../../kit/database.ts';
import * as ledger from './index.ts';

// Who waits for somebody else's transaction finds what that left, and not what there was when the waiting began.
const at = new Date('2026-11-22T12:00:30Z');
const account = (key: string, guarded = true): ledger.Account => ({ key, asset: 'CREDIT', guarded });
const source = account('source', false);

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

/** The second act begins while the first is done and not committed. */
async function whileUncommitted<T>(
  first: (tx: Tx) => Promise<unknown>,
  second: (tx: Tx) => Promise<T>,
): Promise<T> {
  let waiting: Promise<T> | undefined;
  await database.inTransaction(async (tx) => {
    await first(tx);
    waiting = database.inTransaction(second);
    waiting.catch(() => {});
    await eventually('the second waits', () => isAnyoneWaiting(database.db));
  });
  return waiting as Promise<T>;
}

async function given(key: string, amount: bigint): Promise<ledger.Account> {
  const purse = account(key);
  const legs = [
    { account: source, amount: -amount },
    { account: purse, amount },
  ];
  await database.inTransaction((tx) => ledger.post(tx, [{ id: uuidv7(), kind: 'gift', memo: '', legs }], at));
  return purse;
}

const holding =
  (first: ledger.Account, amount: bigint, second: ledger.Account | null = null) =>
  (tx: Tx) =>
    ledger.authorize(tx, [{ id: uuidv7(), first, second, amount, expires_at: at }]);
const balanceOf = async (of: ledger.Account) => (await ledger.balances(database.db, [of]))(of);

test('the last of a purse is held once', async () => {
  const purse = await given('ann', 10n);
  expect(await whileUncommitted(holding(purse, 10n), holding(purse, 10n))).toEqual([null]);
  expect(await balanceOf(purse)).toEqual({ posted: 10n, held: 10n, available: 0n });
});

test('so is the last of a second purse', async () => {
  const empty = [await given('bob', 1n), await given('bob 2', 1n)] as const;
  const second = await given('bob 3', 10n);
  const tries = empty.map((first) => holding(first, 11n, second));
  const [one, other] = tries as [(typeof tries)[0], (typeof tries)[0]];
  expect(await whileUncommitted(one, other)).toEqual([null]);
  expect(await balanceOf(second)).toEqual({ posted: 10n, held: 10n, available: 0n });
  expect(await balanceOf(empty[1])).toEqual({ posted: 1n, held: 0n, available: 1n });
});

test('what the first purse has left goes before the second', async () => {
  const first = await given('cleo', 10n);
  const second = await given('cleo 2', 10n);
  const answer = await whileUncommitted(holding(first, 7n), holding(first, 7n, second));
  expect(answer).toEqual([{ first: 3n, second: 4n }]);
});

test('who cannot pay waits for nobody in a circle', async () => {
  const low = await given('moe', 1n);
  const high = await given('nia', 10n);
  const asking = [low, high].map((first) => ({
    id: uuidv7(),
    first,
    second: null,
    amount: 5n,
    expires_at: at,
  }));
  let tries = 0;
  let waiting: Promise<unknown> | undefined;
  await database.inTransaction(async (tx) => {
    await holding(low, 1n)(tx);
    // the high purse covers it, the low one does not: whoever keeps the first would wait for the second
    waiting = database.inTransaction((other) => {
      tries += 1;
      return ledger.authorize(other, asking);
    });
    await eventually('the other waits for the low purse', () => isAnyoneWaiting(database.db));
    await holding(high, 1n)(tx);
  });
  expect(await waiting).toEqual([null, { first: 5n, second: 0n }]);
  expect(tries).toBe(1);
  expect(await balanceOf(high)).toEqual({ posted: 10n, held: 6n, available: 4n });
});

test('a hold is freed once', async () => {
  const purse = await given('dan', 10n);
  const id = uuidv7();
  await database.inTransaction((tx) =>
    ledger.authorize(tx, [{ id, first: purse, second: null, amount: 10n, expires_at: at }]),
  );
  const freed = await whileUncommitted(
    (tx) => ledger.voidHolds(tx, [id], at),
    (tx) => ledger.voidHolds(tx, [id], at).catch((error: unknown) => error),
  );
  expect(freed).toBeInstanceOf(ledger.HoldNotOpen);
  expect(await balanceOf(purse)).toEqual({ posted: 10n, held: 0n, available: 10n });
});

// who posts, and beside whom
const giving =
  (to: ledger.Account[], slot?: number) =>
  (tx: Tx): Promise<bigint> => {
    const gift = (account: ledger.Account) => ({
      id: uuidv7(),
      kind: 'gift',
      memo: '',
      legs: [
        { account: source, amount: -1n },
        { account, amount: 1n },
      ],
    });
    return ledger.post(tx, to.map(gift), at, slot === undefined ? {} : { slot });
  };
/** Opened before, so that nobody waits for an account. */
async function opened(...keys: string[]): Promise<ledger.Account[]> {
  const accounts = keys.map((key) => account(key));
  for (const one of accounts) await database.inTransaction(giving([one]));
  return accounts;
}
async function expectTheBooksToHold(): Promise<void> {
  const violations = await database.inTransaction(async (tx) => {
    const found = [];
    for (const { run } of ledger.checks('full')) found.push(...(await run(tx)));
    return found;
  });
  expect(violations).toEqual([]);
}

test('two who post in one slot do so one after the other, and the chain goes on from the first', async () => {
  const [eva, fin] = (await opened('eva', 'fin')) as [ledger.Account, ledger.Account];
  await whileUncommitted(giving([eva], 1), giving([fin], 1));
  await expectTheBooksToHold();
});

test('two who post in different slots do not wait for each other', async () => {
  const [gil, hal] = (await opened('gil', 'hal')) as [ledger.Account, ledger.Account];
  const order: string[] = [];
  await database.inTransaction(async (tx) => {
    await giving([gil], 0)(tx);
    await database.inTransaction(giving([hal], 1));
    order.push('hal');
  });
  order.push('gil');
  expect(order).toEqual(['hal', 'gil']);
  await expectTheBooksToHold();
});

test('who posts alone waits for every slot, and every slot waits', async () => {
  const [ida, jon] = (await opened('ida', 'jon')) as [ledger.Account, ledger.Account];
  await whileUncommitted(giving([ida], 1), giving([jon]));
  await whileUncommitted(giving([jon]), giving([ida], 1));
  await whileUncommitted((tx) => ledger.lock(tx), giving([ida], 0));
  await whileUncommitted((tx) => ledger.balances(tx, [ida], { lock: true }), giving([jon], 1));
  await expectTheBooksToHold();
});

test('the batches of an account are in the order in which they moved it, in whatever slots they are', async () => {
  const [first, shared] = (await opened('kai', 'lea')) as [ledger.Account, ledger.Account];
  let late: Promise<bigint> | undefined;
  let early = 0n;
  // one slot has begun and waits for its first account; meanwhile the other moves the second
  await database.inTransaction(async (tx) => {
    await holding(first, 1n)(tx);
    late = database.inTransaction(giving([first, shared], 0));
    await eventually('the first slot waits', () => isAnyoneWaiting(database.db));
    early = await database.inTransaction(giving([shared], 1));
  });
  expect(await late).toBeGreaterThan(early);
  await expectTheBooksToHold();
});

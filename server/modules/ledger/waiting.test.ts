import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../../../tests/eventually.ts';
import { freshDatabase } from '../../../tests/setup/database.ts';
import { type Database, openDatabase, type Tx } from '../../kit/database.ts';
import * as ledger from './index.ts';

// Who waits for somebody else's transaction finds what that left, and not what there was when the waiting began.
const at = new Date('2026-11-22T12:00:30Z');
const account = (key: string, guarded = true): ledger.Account => ({ key, asset: 'CREDIT', guarded });

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
    await eventually('the second waits', async () => {
      const { rows } = await sql<{ n: bigint }>`
        select count(*) as n from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'`.execute(database.db);
      return rows[0]?.n === 1n;
    });
  });
  return waiting as Promise<T>;
}

async function given(key: string, amount: bigint): Promise<ledger.Account> {
  const purse = account(key);
  const legs = [
    { account: account('source', false), amount: -amount },
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

test('two who post at once do so one after the other, and the chain goes on from the first', async () => {
  const posting = (name: string) => (tx: Tx) => {
    const legs = [
      { account: account('source', false), amount: -1n },
      { account: account(name, false), amount: 1n },
    ];
    return ledger.post(tx, [{ id: uuidv7(), kind: 'gift', memo: '', legs }], at);
  };
  // opened before, so that nobody waits for an account
  await database.inTransaction(posting('eva'));
  await database.inTransaction(posting('fin'));
  await whileUncommitted(posting('eva'), posting('fin'));
  expect((await ledger.verifyChains(database.db)).violations).toEqual([]);
});

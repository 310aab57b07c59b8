import { assert, present } from '../../kit/assert.ts';
import { brokenConstraint, type Db, type Tx } from '../../kit/database.ts';
import * as store from './store.ts';

export type Asset = 'CREDIT' | 'USD' | 'STELAI';

/**
 * Where money lies. Guarded: never below zero, can be held. Otherwise accruing: only added up. A dated account
 * is one UTC day ("2026-11-22") of a series, and its key is `<series>:<day>`.
 */
export type Account = { key: string; asset: Asset; guarded: boolean; series?: string; day?: string };
export type Leg = { account: Account; amount: bigint };

/**
 * One movement of one asset: up to six legs that sum to zero, at most one of them guarded. `id` is the id of
 * what caused it; its parts are told apart by `part`, and each is posted once, for ever.
 */
export type Posting = { id: string; part?: number; kind: string; memo: string; legs: readonly Leg[] };

/** What is to be set aside: from the first purse as far as it goes, from the second for the rest. */
export type HoldRequest = {
  id: string;
  first: Account;
  second: Account | null;
  amount: bigint;
  expires_at: Date;
};

/** The same cause was posted before. Nothing was posted now. */
export class AlreadyPosted extends Error {}
/** A guarded account would fall below zero. Nothing was posted. */
export class Overdrawn extends Error {}
/** The hold was captured or voided before, or is smaller than the capture. Nothing was captured now. */
export class HoldNotOpen extends Error {}

/** A row of the journal has room for this many legs; what has more is several parts of one id. */
export const LEGS_MAX = 6;

/** Ids of accounts that are open. */
export type IdOf = (account: Account) => number;

/** Remembers the ids of accounts, which never change. */
export type AccountBook = { within(tx: Tx, accounts: readonly Account[]): Promise<IdOf> };

/** About 100 bytes each. */
const REMEMBERED_MAX = 100_000;

export function createAccountBook(): AccountBook {
  const known = new Map<string, number>();
  return {
    async within(tx, accounts) {
      const found = new Map<string, number>();
      for (const { key } of accounts) {
        const id = known.get(key);
        if (id !== undefined) found.set(key, id);
      }
      let missing = accounts.filter(({ key }) => !found.has(key));
      if (missing.length > 0) {
        if (known.size > REMEMBERED_MAX) known.clear();
        // what is there before we open any was committed by others, and may be remembered
        for (const [key, id] of await store.accountIds(tx, missing)) {
          found.set(key, id);
          known.set(key, id);
        }
        missing = missing.filter(({ key }) => !found.has(key));
        // what this transaction opens may yet be rolled back
        for (const [key, id] of await store.openAccounts(tx, missing)) found.set(key, id);
      }
      return ({ key }) => present(found.get(key), `the account ${key}, just opened`);
    },
  };
}

// changing -------------------------------------------------------------------------------------------------

/** How many batches are written side by side. A second one is worth it on two cores; each has a connection. */
export const SLOTS = 2;

/**
 * The slot of a payer's postings. Any slot is right; but those of one payer wait for each other on their balance,
 * so they had better wait in one line.
 */
export const slotOf = (payer_id: string): number => Number.parseInt(payer_id.slice(-4), 16) % SLOTS;

/**
 * `ids`: of accounts that are known to be open. `slot`: for a transaction that posts once and reads no balance
 * before; it posts beside those of other slots. Without a slot nobody else posts until the transaction ends.
 */
export type PostOptions = { ids?: IdOf; slot?: number };

/** Posts all of it or none, in order; answers the batch. Legs of amount zero are left out. */
export async function post(
  tx: Tx,
  postings: readonly Posting[],
  at: Date,
  options: PostOptions = {},
): Promise<bigint> {
  return insert('post', tx, postings, at, options);
}

/**
 * Sets amounts aside. Answers for each request, in order, what was taken from which purse; null where both
 * together held too little, and then nothing was set aside for it. A hold is captured or voided exactly once.
 */
export async function authorize(
  tx: Tx,
  requests: readonly HoldRequest[],
  ids?: IdOf,
): Promise<({ first: bigint; second: bigint } | null)[]> {
  if (requests.length === 0) return [];
  const purses = requests.flatMap(({ first, second }) => (second ? [first, second] : [first]));
  assert(
    requests.every(({ amount, first, second }) => amount > 0n && first.key !== second?.key) &&
      purses.every(({ guarded }) => guarded),
    'a hold is above zero and on guarded accounts, the second another than the first',
  );
  const idOf = ids ?? (await openAccounts(tx, purses));
  const taken = await named(() => store.insertHolds(tx, requests, idOf));
  return requests.map(({ amount }, index) => {
    const first = taken === null ? amount : taken[index];
    return first === null || first === undefined ? null : { first, second: amount - first };
  });
}

/**
 * Captures the open holds of the postings' ids and posts what they pay for: the gate through which every hold
 * passes once. A posting's guarded leg takes from the hold of the same id on that account; the rest is free again.
 */
export async function capture(
  tx: Tx,
  postings: readonly Posting[],
  at: Date,
  options: PostOptions = {},
): Promise<bigint> {
  return insert('capture', tx, postings, at, options);
}

async function insert(
  act: 'post' | 'capture',
  tx: Tx,
  postings: readonly Posting[],
  at: Date,
  { ids, slot }: PostOptions,
): Promise<bigint> {
  const columns = await columnsOf(tx, postings, ids);
  return named(() => store.insertPostings(tx, act, at, columns, slot ?? null));
}

/** Frees every open hold of these causes. Refuses when one has none: it was captured or voided before. */
export async function voidHolds(tx: Tx, ids: readonly string[], at: Date): Promise<void> {
  const voided = new Set(await store.voidHolds(tx, at, ids));
  const closed = ids.find((id) => !voided.has(id));
  if (closed !== undefined) throw new HoldNotOpen(`no open hold of ${closed}`);
}

/** Causes whose holds outlived their time, the oldest first. What they were for is to be ended with them. */
export const expiredHolds = store.expiredHolds;

/** Keeps everybody else from posting until the transaction ends: for acts that read before they post. */
export const lock = store.lock;

/** The columns of a batch, ready for the database. */
async function columnsOf(tx: Tx, postings: readonly Posting[], ids?: IdOf): Promise<store.Columns> {
  assert(postings.length > 0, 'a batch has postings');
  const idOf =
    ids ??
    (await openAccounts(
      tx,
      postings.flatMap(({ legs }) => legs.flatMap(({ account, amount }) => (amount === 0n ? [] : account))),
    ));
  const columns = store.emptyColumns();
  for (const posting of postings) addRow(columns, posting, idOf);
  return columns;
}

/**
 * Adds a posting: its guarded leg first, then the others as given, what moves nothing left out. This runs for
 * every generation, so it goes over the legs once and says what is wrong only when something is.
 */
function addRow(columns: store.Columns, posting: Posting, idOf: IdOf): void {
  const { id, part = 0, kind, memo, legs } = posting;
  const guarded = legs.find(({ account, amount }) => account.guarded && amount !== 0n);
  const asset = (guarded ?? legs.find(({ amount }) => amount !== 0n))?.account.asset;
  const broken = (what: string): never => assert(false, `${kind} ${id} ${what}`) as never;
  let place = guarded ? 1 : 0;
  let total = 0n;
  for (const leg of legs) {
    const { account, amount } = leg;
    if (amount === 0n) continue;
    if (account.asset !== asset) broken('moves one asset');
    if (account.guarded && leg !== guarded) broken('has one guarded leg: two accounts meet in transit');
    total += amount;
    const at = leg === guarded ? 0 : place++;
    if (at >= LEGS_MAX) broken(`has at most ${LEGS_MAX} legs`);
    columns.accounts[at]?.push(idOf(account));
    columns.amounts[at]?.push(amount);
  }
  if (asset === undefined) broken('moves one asset');
  if (total !== 0n) broken('sums to zero');
  for (let empty = place; empty < LEGS_MAX; empty += 1) {
    columns.accounts[empty]?.push(null);
    columns.amounts[empty]?.push(null);
  }
  columns.ids.push(id);
  columns.parts.push(part);
  columns.kinds.push(kind);
  columns.memos.push(memo || null);
}

async function openAccounts(db: Db, accounts: readonly Account[]): Promise<IdOf> {
  const ids = await store.openAccounts(db, accounts);
  return ({ key }) => present(ids.get(key), `the account ${key}, just opened`);
}

/** Turns the database's refusals into named ones; the transaction they happened in can only be rolled back. */
async function named<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    const constraint = brokenConstraint(error);
    if (constraint === 'journal_once') throw new AlreadyPosted('this was posted before', { cause: error });
    if (constraint === 'balance_not_overdrawn')
      throw new Overdrawn('the account does not hold that much', { cause: error });
    if (constraint === 'hold_open_once' || constraint === 'hold_once')
      throw new HoldNotOpen('the hold is not open', { cause: error });
    throw error;
  }
}

// reading --------------------------------------------------------------------------------------------------

export type GuardedBalance = { posted: bigint; held: bigint; available: bigint };
const NOTHING: GuardedBalance = { posted: 0n, held: 0n, available: 0n };

/** Balances of guarded accounts; with `lock` nobody changes them, or posts, until the transaction ends. */
export async function balances(
  db: Db,
  accounts: readonly Account[],
  options: { lock?: boolean } = {},
): Promise<(account: Account) => GuardedBalance> {
  const keys = accounts.map(({ key }) => key);
  if (options.lock) await store.lockBalances(db, keys);
  const rows = await store.guardedBalances(db, keys);
  const byKey = new Map(
    rows.map(({ key, posted, held }) => [key, { posted, held, available: posted - held }]),
  );
  return ({ key }) => byKey.get(key) ?? NOTHING;
}

export type Interval = { from?: Date; to?: Date };

/** What accruing accounts gained in [from, to) (whole minutes, UTC); without bounds, ever. */
export async function accrued(
  db: Db,
  accounts: readonly Account[],
  interval: Interval = {},
): Promise<(account: Account) => bigint> {
  const keys = accounts.map(({ key }) => key);
  const rows = await store.accruedSums(db, keys, interval);
  const byKey = new Map(rows.map(({ key, delta }) => [key, delta]));
  return ({ key }) => byKey.get(key) ?? 0n;
}

/** What lies in all the days of each series together. */
export async function seriesBalance(db: Db, series: readonly string[]): Promise<(series: string) => bigint> {
  const rows = await store.seriesSums(db, series);
  const bySeries = new Map(rows.map(({ series: name, delta }) => [name, delta]));
  return (name) => bySeries.get(name) ?? 0n;
}

/**
 * What was earned in [from, to) (whole minutes, UTC): what dated accounts gained in minutes of their own day.
 * What moves later (maturity, vesting, a refund next week) is not earned a second time, nor less.
 */
export async function earned(
  db: Db,
  series: readonly string[],
  interval: Interval = {},
): Promise<(series: string) => bigint> {
  const rows = await store.earnedDays(db, series, interval);
  const bySeries = new Map<string, bigint>();
  for (const { series: name, delta } of rows) bySeries.set(name, (bySeries.get(name) ?? 0n) + delta);
  return (name) => bySeries.get(name) ?? 0n;
}

/** The same of all the series together by UTC day ("2026-11-22"), days without anything left out. */
export async function earnedByDay(
  db: Db,
  series: readonly string[],
  from: Date,
): Promise<Map<string, bigint>> {
  const byDay = new Map<string, bigint>();
  for (const { day, delta } of await store.earnedDays(db, series, { from }))
    byDay.set(day, (byDay.get(day) ?? 0n) + delta);
  return byDay;
}

/** Everything that moved or held something on guarded accounts, newest first. */
export const statement = store.statement;
export type { StatementPlace } from './store.ts';
/** The batch that a cause was posted in, with its place in the chain of hashes. */
export const batchOf = store.batchOf;

import { assert, present } from '../../kit/assert.ts';
import { brokenConstraint, type Db, type Tx } from '../../kit/database.ts';
import { sum } from '../../kit/money.ts';
import * as store from './store.ts';

export type Asset = 'CREDIT' | 'USD' | 'STELAI';

/** Where money lies. Guarded: never below zero, can be held. Otherwise accruing: only added up. */
export type Account = { key: string; asset: Asset; guarded: boolean };
export type Leg = { account: Account; amount: bigint };

/** One movement of one asset. `id` is the id of what caused it; its parts are told apart by `part`. */
export type Posting = { id: string; part?: number; kind: string; memo: string; legs: readonly Leg[] };
export type Hold = { id: string; account: Account; amount: bigint; memo: string };
export type Capture = { id: string; account: Account; captured: bigint };

/** The same cause was posted before. Nothing was posted now. */
export class AlreadyPosted extends Error {}
/** A guarded account would fall below zero. Nothing was posted or held. */
export class Overdrawn extends Error {}
/** The hold was captured or voided before. Nothing was captured now. */
export class HoldNotOpen extends Error {}

/** Posts all of it or none, in order; answers the batch. Legs of amount zero are left out. */
export async function post(tx: Tx, postings: readonly Posting[], at: Date): Promise<bigint> {
  const idOf = await openAccounts(tx, accountsIn(postings));
  return insert(tx, postings, idOf, at);
}

/** Sets amounts aside on guarded accounts. */
export async function hold(tx: Tx, holds: readonly Hold[], at: Date): Promise<void> {
  const idOf = await openAccounts(
    tx,
    holds.map(({ account }) => account),
  );
  const rows = holds.map(({ id, account, amount, memo }) => {
    assert(account.guarded && amount > 0n, `a hold is on a guarded account and above zero`);
    return { id, account_id: idOf(account), amount: amount.toString(), memo };
  });
  await named(() => store.insertHolds(tx, at, rows));
}

/**
 * Captures parts of open holds, frees the rest of them, and posts what the captures pay for: the gate
 * through which every hold passes once. What a posting takes from a guarded account it must have captured.
 */
export async function capture(
  tx: Tx,
  captures: readonly Capture[],
  postings: readonly Posting[],
  at: Date,
): Promise<bigint> {
  const taken = new Map<string, bigint>();
  for (const { legs } of postings)
    for (const { account, amount } of legs)
      if (account.guarded && amount < 0n) taken.set(account.key, (taken.get(account.key) ?? 0n) - amount);
  for (const { account, captured } of captures)
    taken.set(account.key, (taken.get(account.key) ?? 0n) - captured);
  assert(
    [...taken.values()].every((rest) => rest === 0n),
    'what is posted is what is captured',
  );
  const idOf = await openAccounts(tx, [...captures.map(({ account }) => account), ...accountsIn(postings)]);
  const rows = captures.map(({ id, account, captured }) => {
    return { id, account_id: idOf(account), captured: captured.toString() };
  });
  await named(() => store.resolveHolds(tx, at, 'captured', rows));
  return insert(tx, postings, idOf, at);
}

type IdOf = (account: Account) => number;

async function openAccounts(tx: Tx, accounts: readonly Account[]): Promise<IdOf> {
  const ids = await store.openAccounts(tx, accounts);
  return ({ key }) => present(ids.get(key), `the account ${key}, just opened`);
}

const accountsIn = (postings: readonly Posting[]): Account[] =>
  postings.flatMap(({ legs }) => legs.filter(({ amount }) => amount !== 0n).map(({ account }) => account));

async function insert(tx: Tx, postings: readonly Posting[], idOf: IdOf, at: Date): Promise<bigint> {
  assert(postings.length > 0, 'a batch has postings');
  const rows = postings.map(({ id, part = 0, kind, memo, ...posting }) => {
    const legs = posting.legs.filter(({ amount }) => amount !== 0n);
    const asset = legs[0]?.account.asset;
    assert(asset && legs.every(({ account }) => account.asset === asset), `${kind} ${id} moves one asset`);
    assert(sum(legs.map(({ amount }) => amount)) === 0n, `${kind} ${id} sums to zero`);
    const accounts = legs.map(({ account }) => idOf(account));
    return { id, part, kind, asset, memo, accounts, amounts: legs.map(({ amount }) => amount.toString()) };
  });
  return named(() => store.insertPostings(tx, at, rows));
}

/** Frees every open hold of a cause. Refuses when there is none: it was captured or voided before. */
export async function voidHolds(tx: Tx, id: string, at: Date): Promise<void> {
  const open = await store.openHoldsOf(tx, id);
  if (open.length === 0) throw new HoldNotOpen(`no open hold of ${id}`);
  await named(() =>
    store.resolveHolds(
      tx,
      at,
      'voided',
      open.map(({ account_id }) => ({ id, account_id, captured: '0' })),
    ),
  );
}

export type GuardedBalance = { posted: bigint; held: bigint; available: bigint };

/** Balances of guarded accounts; `lock` keeps them as they are until the transaction ends. */
export async function balances(
  db: Db,
  accounts: readonly Account[],
  options: { lock?: boolean } = {},
): Promise<(account: Account) => GuardedBalance> {
  const rows = await store.guardedBalances(
    db,
    accounts.map(({ key }) => key),
    options.lock ?? false,
  );
  const byKey = new Map(
    rows.map(({ key, posted, held }) => [key, { posted, held, available: posted - held }]),
  );
  return ({ key }) => byKey.get(key) ?? { posted: 0n, held: 0n, available: 0n };
}

/** What accruing accounts gained in [from, to) (whole minutes, UTC); without bounds, ever. */
export async function accrued(
  db: Db,
  accounts: readonly Account[],
  interval: { from?: Date; to?: Date } = {},
): Promise<(account: Account) => bigint> {
  const rows = await store.accruedSums(
    db,
    accounts.map(({ key }) => key),
    interval.from ?? null,
    interval.to ?? null,
  );
  const byKey = new Map(rows.map(({ key, delta }) => [key, delta]));
  return ({ key }) => byKey.get(key) ?? 0n;
}

/** What accruing accounts gained together, by UTC day ("2026-11-22"), days without anything left out. */
export async function accruedByDay(
  db: Db,
  accounts: readonly Account[],
  from: Date,
): Promise<Map<string, bigint>> {
  const rows = await store.accruedDays(
    db,
    accounts.map(({ key }) => key),
    from,
  );
  return new Map(rows.map(({ day, delta }) => [day, delta]));
}

/** Everything that moved or held something on guarded accounts, newest first. */
export const statement = store.statement;
export { type Gift, gifts, givenBy, type StatementPlace } from './store.ts';
/** The batch that a cause was posted in, with its place in the chain of hashes. */
export const batchOf = store.batchOf;

/** Turns the database's refusals into named ones; the transaction they happened in can only be rolled back. */
async function named<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    const constraint = brokenConstraint(error);
    if (constraint === 'journal_once') throw new AlreadyPosted('this was posted before', { cause: error });
    if (constraint === 'balance_not_overdrawn')
      throw new Overdrawn('the account does not hold that much', { cause: error });
    if (constraint === 'hold_open_once' || constraint === 'hold_pkey')
      throw new HoldNotOpen('the hold is not open', { cause: error });
    throw error;
  }
}

import type { Change, Outlook, Place } from '#api/finance/shapes.ts';
import { type RefusalCode, refusals } from '#api/errors.ts';
import { ownerOf } from '../chart-of-accounts.ts';
import { type AccountId, asId } from '../ids.ts';
import type { Db } from '../kit/database.ts';
import { micros } from '../kit/money.ts';
import type { Posting } from '../modules/ledger/index.ts';
import { people } from '../views/people.ts';

export type Because = RefusalCode | null;

/**
 * An act that may be done next: whether, why not, and what it would move, told from the very postings that it
 * would post. What is refused shows no changes: nobody should read them as something that happens.
 */
export async function outlook(
  db: Db,
  act: Outlook['act'],
  refused: Because,
  moves: () => Promise<readonly Posting[]> | readonly Posting[],
  /** Whose the purchase is that the act is about. */
  buyer: AccountId | null = null,
): Promise<Outlook> {
  return {
    act,
    allowed: refused === null,
    refusal: refused,
    why: refused && refusals[refused].message,
    changes: refused === null ? await changesOf(db, await moves(), buyer) : [],
  };
}

/** Credits only: the dollars behind them follow by themselves. */
async function changesOf(db: Db, postings: readonly Posting[], buyer: AccountId | null): Promise<Change[]> {
  const sums = new Map<string, { person: AccountId | null; place: Place; amount: bigint }>();
  for (const { account, amount } of postings.flatMap(({ legs }) => legs)) {
    const where = account.asset === 'CREDIT' ? whereIs(account.key, buyer) : null;
    if (!where) continue;
    const key = `${where.place} ${where.person}`;
    sums.set(key, { ...where, amount: amount + (sums.get(key)?.amount ?? 0n) });
  }
  const changed = [...sums.values()].filter(({ amount }) => amount !== 0n);
  const person = await people(
    db,
    changed.flatMap((change) => change.person ?? []),
  );
  return changed
    .sort((a, b) => Number(a.person === null) - Number(b.person === null) || (a.amount < b.amount ? 1 : -1))
    .map((change) => ({
      person: change.person === null ? null : person(change.person),
      place: change.place,
      amount_micros: micros(change.amount),
    }));
}

const PLACES: Record<string, Place> = {
  paid: 'paid',
  promo: 'promo',
  pending: 'pending',
  vesting: 'vesting',
  available: 'available',
  receivable: 'owed',
};

/** Whose an account is and what it is to them; null for the passage between two of them. */
function whereIs(key: string, buyer: AccountId | null): { person: AccountId | null; place: Place } | null {
  const [family = '', , third = ''] = key.split(':');
  if (family === 'transit') return null;
  if (family === 'member' || family === 'creator')
    return { person: ownerOf(key), place: PLACES[third] ?? 'house' };
  if (family === 'case') return { person: asId<AccountId>(key.split(':')[3] ?? ''), place: 'held' };
  if (family === 'purchase') return { person: buyer, place: 'frozen' };
  if (family === 'budget') return { person: null, place: 'budget' };
  return { person: null, place: key === 'credits:sold' ? 'sold' : 'house' };
}

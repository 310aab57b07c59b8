import {
  availableEarnings,
  heldEarnings,
  frozenCredits,
  ownerOf,
  paidCredits,
  payoutReserve,
  pendingSeries,
  vestingSeries,
} from '../chart-of-accounts.ts';
import { type AccountId, asId, type CaseId, type PayoutId, type PurchaseId } from '../ids.ts';
import { present } from '../kit/assert.ts';
import type { Db } from '../kit/database.ts';
import type { Liability } from '../modules/earnings/index.ts';
import * as ledger from '../modules/ledger/index.ts';

const ANYBODY = asId<AccountId>('%');
/** Patterns of accounts, by what lies in them. */
export const LIKE = {
  paid: paidCredits(ANYBODY).key,
  frozen: frozenCredits(asId<PurchaseId>('%')).key,
  vesting: `${vestingSeries(ANYBODY)}:%`,
  pending: `${pendingSeries(ANYBODY)}:%`,
  available: availableEarnings(ANYBODY).key,
  held: heldEarnings(asId<CaseId>('%'), ANYBODY).key,
  reserved: payoutReserve(asId<PayoutId>('%')).key,
};

/** What each tree of liabilities is made of. What creators owe us is not taken off what we owe others. */
const OWED: Record<Liability, readonly string[]> = {
  'CREDIT:earned': [LIKE.vesting, LIKE.pending, LIKE.available, LIKE.held, LIKE.reserved],
  'CREDIT:paid': [LIKE.paid, LIKE.frozen],
};

/** What was owed to each person at a moment; who was owed nothing is left out. */
export async function owedTo(
  db: Db,
  liability: Liability,
  moment: ledger.Moment,
): Promise<Map<AccountId, bigint>> {
  const lying = await ledger.lyingLike(db, OWED[liability], moment);
  const holderOf = await holdersOf(
    db,
    lying.map(({ name }) => name),
  );
  const owed = new Map<AccountId, bigint>();
  for (const { name, amount } of lying) {
    const holder = holderOf(name);
    owed.set(holder, (owed.get(holder) ?? 0n) + amount);
  }
  return owed;
}

/** Whose an account is; of one that is set aside for a payout or a dispute, whoever it was taken from. */
export async function holdersOf(db: Db, keys: readonly string[]): Promise<(key: string) => AccountId> {
  const givers = async (kind: string, taker_like: string) =>
    keys.some((key) => key.startsWith(taker_like.split('%')[0] ?? ''))
      ? ledger.giversBy(db, kind, { taker_like })
      : new Map<string, string>();
  const [reserved, frozen] = [
    await givers('payout-reserve', LIKE.reserved),
    await givers('freeze', LIKE.frozen),
  ];
  return (key) => {
    if (key.startsWith('case:')) return asId<AccountId>(key.split(':')[3] ?? '');
    if (key.startsWith('payout:')) return ownerOf(present(reserved.get(key), `who ${key} is for`));
    if (key.startsWith('purchase:')) return ownerOf(present(frozen.get(key), `who ${key} was taken from`));
    return ownerOf(key);
  };
}

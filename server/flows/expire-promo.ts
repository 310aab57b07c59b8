import { ownerOf, promoCredits } from '../chart-of-accounts.ts';
import type { Context } from '../context.ts';
import { type AccountId, asId } from '../ids.ts';
import { DAY_MS } from '../kit/clock.ts';
import type { Db } from '../kit/database.ts';
import * as ledger from '../modules/ledger/index.ts';
import type { Posting } from '../modules/ledger/index.ts';
import { PROMO_LIFE_DAYS } from '../offers.ts';
import { expiryOf, freeOf, type Lot, lotsOf } from './lots.ts';
import { promoExpired } from './postings/index.ts';
import { budgetsBehind } from './standing.ts';

/** Takes back what is left of promo grants whose time is over. Answers how many there were. */
export async function expirePromo(context: Context): Promise<number> {
  const before = new Date(context.clock.now().getTime() - PROMO_LIFE_DAYS * DAY_MS);
  const key_like = promoCredits(asId<AccountId>('%')).key;
  const purses = await ledger.givenBefore(context.db, { kind: 'grant', before, key_like });
  let expired = 0;
  for (const purse of purses) expired += await expireGrants(context, ownerOf(purse), before);
  return expired;
}

function expireGrants(context: Context, member: AccountId, before: Date): Promise<number> {
  return context.database.inTransaction(async (tx) => {
    await ledger.balances(tx, [promoCredits(member)], { lock: true });
    const postings = await takenBack(tx, member, (lot) => lot.at < before, 'Unused promo credits');
    if (postings.length > 0) await ledger.post(tx, postings, context.clock.now());
    return new Set(postings.map(({ id }) => id)).size;
  });
}

/** What is free of some of a member's grants, on its way back to the budgets that gave it. Who posts it has locked the purse. */
export async function takenBack(
  db: Db,
  member: AccountId,
  which: (grant: Lot) => boolean,
  memo: string,
): Promise<Posting[]> {
  const purse = promoCredits(member);
  const { held } = (await ledger.balances(db, [purse]))(purse);
  const lots = lotsOf(await ledger.history(db, purse));
  const behind = await budgetsBehind(
    db,
    lots.map(({ from }) => from),
  );
  return [...freeOf(lots, held)].flatMap(([lot, amount]) =>
    amount > 0n && which(lot)
      ? promoExpired(expiryOf(lot.id, lot.expiries), member, behind(lot.from), amount, memo)
      : [],
  );
}

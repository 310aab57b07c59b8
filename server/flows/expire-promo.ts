import { purseByKey } from '../chart-of-accounts.ts';
import type { Context } from '../context.ts';
import { idOf, type TransactionId } from '../ids.ts';
import { DAY_MS } from '../kit/clock.ts';
import * as ledger from '../modules/ledger/index.ts';
import { PROMO_LIFE_DAYS } from '../offers.ts';
import { promoExpired } from './postings.ts';

/** Takes back what is left of promo grants whose time is over, each grant once. Answers how many there were. */
export async function expirePromo(context: Context): Promise<number> {
  const at = context.clock.now();
  const before = new Date(at.getTime() - PROMO_LIFE_DAYS * DAY_MS);
  const over = await ledger.gifts(context.db, { kind: 'grant', before, to_prefix: 'member:' });
  let expired = 0;
  for (const [member, grants] of Map.groupBy(over, ({ to }) => to))
    expired += await takeBack(context, member, grants, at);
  return expired;
}

/**
 * The oldest grants are spent first: what a member ever gave away, and what is held of it now, covers
 * their grants in the order in which they came. What is left of those that are over goes back.
 */
function takeBack(
  context: Context,
  member: string,
  grants: readonly ledger.Gift[],
  at: Date,
): Promise<number> {
  return context.database.inTransaction(async (tx) => {
    const purse = purseByKey(member);
    const { held } = (await ledger.balances(tx, [purse], { lock: true }))(purse);
    let covered = held + ((await ledger.givenBy(tx, [member])).get(member) ?? 0n);
    const postings = grants.flatMap((grant) => {
      const used = covered < grant.amount ? covered : grant.amount;
      covered -= used;
      const id = idOf<TransactionId>('promo expiry', grant.id, String(grant.part));
      const left = grant.amount - used;
      return left === 0n ? [] : promoExpired(id, purse, purseByKey(grant.from), left, 'Unused promo credits');
    });
    if (postings.length > 0) await ledger.post(tx, postings, at);
    return postings.length;
  });
}

import type { Wallet } from '#api/wallet/shapes.ts';
import type { AccountId } from '../ids.ts';
import { DAY_MS } from '../kit/clock.ts';
import type { Db } from '../kit/database.ts';
import * as earnings from '../modules/earnings/index.ts';
import { PLANS, type Plan } from '../offers.ts';

/** The plan of each payer: whoever bought credits lately supports us, everybody else generates for free. */
export async function plansOf(
  db: Db,
  payers: readonly AccountId[],
  at: Date,
): Promise<(payer: AccountId) => Plan> {
  const last = await earnings.lastPurchases(db, payers, since(at), at);
  return (payer) => (last.has(payer) ? 'supporter' : 'free');
}

const LIFE_MS = PLANS.supporter.bought_within_days * DAY_MS;
const since = (at: Date) => new Date(at.getTime() - LIFE_MS);

/** A payer's plan as they are shown it. */
export async function planOf(db: Db, payer: AccountId, at: Date): Promise<Wallet['plan']> {
  const bought_at = (await earnings.lastPurchases(db, [payer], since(at), at)).get(payer);
  const name = bought_at ? 'supporter' : 'free';
  const until = bought_at ? new Date(bought_at.getTime() + LIFE_MS).toISOString() : null;
  return { name, weight: Number(PLANS[name].weight), until };
}

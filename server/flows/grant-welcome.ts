import { budgetOf } from '../chart-of-accounts.ts';
import { type AccountId, idOf, type TransactionId } from '../ids.ts';
import type { Tx } from '../kit/database.ts';
import * as ledger from '../modules/ledger/index.ts';
import { WELCOME } from '../offers.ts';
import { promoGranted } from './postings/index.ts';

/** Gives the welcome credits, once for each account, as long as the budget has them. */
export async function grantWelcome(tx: Tx, member_id: AccountId, at: Date): Promise<boolean> {
  const budget = budgetOf('welcome');
  const balance = await ledger.balances(tx, [budget], { lock: true });
  if (balance(budget).available < WELCOME.amount_micros) return false;
  const id = idOf<TransactionId>('welcome', member_id);
  await ledger.post(tx, promoGranted(id, 'welcome', member_id, WELCOME.amount_micros, WELCOME.memo), at);
  return true;
}

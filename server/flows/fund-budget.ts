import { type Budget, budgetOf } from '../chart-of-accounts.ts';
import type { Context } from '../context.ts';
import type { TransactionId } from '../ids.ts';
import { audit } from '../kit/audit.ts';
import * as ledger from '../modules/ledger/index.ts';
import { budgetFunded } from './postings/index.ts';

/** Puts promo credits at a budget's disposal, once for each id. Answers whether it was done now. */
export async function fundBudget(
  context: Context,
  funding: { id: TransactionId; budget: Budget; amount_micros: bigint; actor: string },
): Promise<boolean> {
  const at = context.clock.now();
  const { id, budget, amount_micros, actor } = funding;
  try {
    await context.database.inTransaction(async (tx) => {
      await ledger.post(tx, budgetFunded(id, budget, amount_micros), at);
      const detail = { amount_micros: amount_micros.toString() };
      await audit(tx, { at, actor, act: 'budget.fund', subject: budgetOf(budget).key, detail });
    });
    return true;
  } catch (error) {
    if (error instanceof ledger.AlreadyPosted) return false;
    throw error;
  }
}

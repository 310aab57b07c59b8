import type { Context } from '../context.ts';
import type { AccountId } from '../ids.ts';
import { tell } from '../kit/outbox.ts';
import * as identity from '../modules/identity/index.ts';

type Change = Parameters<typeof identity.changeProfile>[2];

/** Changes what others see of somebody; a new name is told, since they are found by it. */
export async function changeProfile(context: Context, account_id: AccountId, change: Change) {
  const account = await context.database.inTransaction(async (tx) => {
    const changed = await identity.changeProfile(tx, account_id, change);
    await tell(tx, 'account.renamed', { account_id }, context.clock.now());
    return changed;
  });
  context.wake.send('news');
  return account;
}

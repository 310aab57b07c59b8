import type { AccountId } from '../ids.ts';
import type { Tx } from '../kit/database.ts';
import * as identity from '../modules/identity/index.ts';

/** Everybody who shares in a model has earnings to look at, and so the role of a creator. */
export async function makeCreator(tx: Tx, account_id: AccountId, at: Date): Promise<void> {
  const account = await identity.accountById(tx, account_id);
  if (!account || account.roles.includes('creator')) return;
  await identity.grantRole(tx, { account_id, role: 'creator', by: 'the program' }, at);
}

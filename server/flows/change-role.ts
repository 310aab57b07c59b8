import type { Context } from '../context.ts';
import type { AccountId } from '../ids.ts';
import { audit } from '../kit/audit.ts';
import * as identity from '../modules/identity/index.ts';

/** Gives a role to an account, or takes one from it, and writes down who did. */
export function changeRole(
  context: Context,
  admin_id: AccountId,
  change: { do: 'grant' | 'revoke'; account_id: AccountId; role: identity.Role },
): Promise<identity.Account> {
  const at = context.clock.now();
  const { account_id, role } = change;
  return context.database.inTransaction(async (tx) => {
    const account =
      change.do === 'grant'
        ? await identity.grantRole(tx, { account_id, role, by: admin_id }, at)
        : await identity.revokeRole(tx, { account_id, role });
    await audit(tx, { at, actor: admin_id, act: `role.${change.do}`, subject: account_id, detail: { role } });
    return account;
  });
}

import type { Context } from '../context.ts';
import { audit } from '../kit/audit.ts';
import { tell } from '../kit/outbox.ts';
import * as identity from '../modules/identity/index.ts';
import { refuse } from '../refuse.ts';
import { writeWelcome } from './sign-up.ts';

export type AdminClaim = { token: string; email: string; password: string; display_name: string };

/** Opens the first admin account with the link that the server printed, and signs it in. */
export async function claimAdmin(
  context: Context,
  caller: identity.Caller,
  claim: AdminClaim,
  user_agent: string,
): Promise<{ account: identity.Account; session: identity.NewSession }> {
  const at = context.clock.now();
  const { email, display_name } = claim;
  const password_hash = await identity.hashNewPassword(claim.password, email);
  const opened = await context.database.inTransaction(async (tx) => {
    await identity.useLink(tx, { purpose: 'admin_claim', token: claim.token }, at);
    if (await identity.hasAdmin(tx)) refuse('LINK_EXPIRED');
    const account = await identity.openAccount(
      tx,
      { email, password_hash, display_name, roles: ['member', 'admin'] },
      at,
    );
    const proof = { account_id: account.id, password_hash };
    const session = await identity.startSession(tx, { proof, user_agent, replaces: caller }, at);
    await writeWelcome(tx, context, account, at);
    await audit(tx, { at, actor: account.id, act: 'admin.claim', subject: account.id });
    await tell(tx, 'account.opened', { account_id: account.id }, at);
    return { account, session };
  });
  context.wake.send('news');
  return opened;
}

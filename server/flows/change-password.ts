import type { Context } from '../context.ts';
import type { AccountId } from '../ids.ts';
import { present } from '../kit/assert.ts';
import { audit } from '../kit/audit.ts';
import type { Tx } from '../kit/database.ts';
import * as identity from '../modules/identity/index.ts';
import { refuse } from '../refuse.ts';
import { sendMail } from './send-mail.ts';

/** Changes the password of who knows it. Every session and key ends; the session that asked is replaced by a new one. */
export async function changePassword(
  context: Context,
  account_id: AccountId,
  change: { current_password: string; password: string },
  user_agent: string,
): Promise<{ session: identity.NewSession; sessions_ended: number }> {
  const at = context.clock.now();
  const account = present(await identity.accountById(context.db, account_id), 'the account of the caller');
  const known = await identity.checkPassword(context.db, account_id, change.current_password);
  const password_hash = await identity.hashNewPassword(change.password, account.email);
  return context.database.inTransaction(async (tx) => {
    const proof = await identity.changePassword(tx, { account_id, password_hash, proof: known });
    const ended = await identity.endSessions(tx, account_id);
    await identity.revokeKeys(tx, account_id, at);
    const session = await identity.startSession(tx, { proof, user_agent }, at);
    await noteChange(tx, context, account, 'password.change', at);
    return { session, sessions_ended: Math.max(0, ended - 1) };
  });
}

/** Sets a new password with the link from the mail and ends every session and key. */
export async function resetPassword(
  context: Context,
  reset: { token: string; password: string },
): Promise<void> {
  const at = context.clock.now();
  const link = { purpose: 'password_reset', token: reset.token } as const;
  const email = (await identity.linkAddress(context.db, link, at)) ?? refuse('LINK_EXPIRED');
  const password_hash = await identity.hashNewPassword(reset.password, email);
  await context.database.inTransaction(async (tx) => {
    const account_id = present(await identity.useLink(tx, link, at), 'the account of a reset link');
    const account = (await identity.accountById(tx, account_id)) ?? refuse('LINK_EXPIRED');
    await identity.changePassword(tx, { account_id, password_hash });
    await identity.endSessions(tx, account_id);
    await identity.revokeKeys(tx, account_id, at);
    await noteChange(tx, context, account, 'password.reset', at);
  });
}

async function noteChange(
  tx: Tx,
  context: Context,
  account: identity.Account,
  act: string,
  at: Date,
): Promise<void> {
  await audit(tx, { at, actor: account.id, act, subject: account.id });
  const page = `${context.origins.public}/password-reset`;
  await sendMail(tx, context, account.id, (say) => say.passwordChangedLetter(page), at);
}

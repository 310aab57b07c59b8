import type { Context } from '../context.ts';
import type { Tx } from '../kit/database.ts';
import { tell } from '../kit/outbox.ts';
import type { Whence } from '../modules/campaigns/index.ts';
import * as identity from '../modules/identity/index.ts';
import { attribute } from './attribute.ts';
import { grantWelcome } from './grant-welcome.ts';
import { welcomeLetter } from './letters.ts';

export type SignUp = { email: string; password: string; display_name: string; handle?: string | undefined };
type Opened = { account: identity.Account; session: identity.NewSession };

/** Opens an account with its welcome credits, and signs it in. */
export async function signUp(
  context: Context,
  caller: identity.Caller,
  wanted: SignUp,
  { user_agent, whence }: { user_agent: string; whence?: Whence },
): Promise<Opened> {
  const at = context.clock.now();
  const password_hash = await identity.hashNewPassword(wanted.password, wanted.email);
  const opened = await context.database.inTransaction(async (tx) => {
    const account = await identity.openAccount(tx, { ...wanted, password_hash }, at);
    const proof = { account_id: account.id, password_hash };
    const session = await identity.startSession(tx, { proof, user_agent, replaces: caller }, at);
    await writeWelcome(tx, context, account, at);
    await tell(tx, 'account.opened', { account_id: account.id }, at);
    if (whence) await attribute(tx, account.id, whence, at);
    // last: from here on nobody else posts
    await grantWelcome(tx, account.id, at);
    return { account, session };
  });
  context.wake.send('news');
  return opened;
}

/** The mail with the link that confirms the address. */
export async function writeWelcome(
  tx: Tx,
  context: Context,
  account: identity.Account,
  at: Date,
): Promise<void> {
  const token = await identity.makeLink(tx, { purpose: 'email_verification', account_id: account.id }, at);
  const letter = welcomeLetter(context.origins.public, token);
  await identity.writeMail(tx, { to: account.email, ...letter, mode: context.config.mode }, at);
}

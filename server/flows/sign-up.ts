import type { Context } from '../context.ts';
import type { Tx } from '../kit/database.ts';
import { tell } from '../kit/outbox.ts';
import * as campaigns from '../modules/campaigns/index.ts';
import * as identity from '../modules/identity/index.ts';
import { attribute } from './attribute.ts';
import { grantWelcome } from './grant-welcome.ts';
import { linkTo, sendMail } from './send-mail.ts';

export type SignUp = {
  email: string;
  password: string;
  display_name: string;
  handle?: string | undefined;
  language?: string | undefined;
};
type Opened = { account: identity.Account; session: identity.NewSession };

/** Opens an account with its welcome credits, and signs it in. */
export async function signUp(
  context: Context,
  caller: identity.Caller,
  wanted: SignUp,
  { user_agent, whence }: { user_agent: string; whence?: campaigns.Whence },
): Promise<Opened> {
  const at = context.clock.now();
  const password_hash = await identity.hashNewPassword(wanted.password, wanted.email);
  const opened = await context.database.inTransaction(async (tx) => {
    const { former_key } = context;
    const account = await identity.openAccount(tx, { ...wanted, password_hash, former_key }, at);
    // whoever left and comes again is welcome, but not welcomed with credits once more, nor brought by anybody
    const [back] = await identity.formerAmong(tx, former_key, 'email', [account.email]);
    const proof = { account_id: account.id, password_hash };
    const session = await identity.startSession(tx, { proof, user_agent, replaces: caller }, at);
    await writeWelcome(tx, context, account, at);
    await tell(tx, 'account.opened', { account_id: account.id }, at);
    if (whence) await (back ? campaigns.noteTrace : attribute)(tx, account.id, whence, at);
    // last: from here on nobody else posts
    if (!back) await grantWelcome(tx, account.id, at);
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
  const link = linkTo(context, 'verify-email', token);
  await sendMail(tx, context, account.id, (say) => say.welcomeLetter(link), at);
}

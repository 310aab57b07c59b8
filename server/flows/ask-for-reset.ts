import type { Context } from '../context.ts';
import * as identity from '../modules/identity/index.ts';
import { linkTo, sendMail } from './send-mail.ts';

/** Writes the mail with a reset link to an address that has an account, and nothing to any other, or to one that was just written to. */
export async function askForReset(context: Context, email: string): Promise<void> {
  const at = context.clock.now();
  const person = await identity.resetAddress(context.db, email);
  if (!person) return;
  await context.database.inTransaction(async (tx) => {
    if (!(await identity.mayAskForReset(tx, person.id, at))) return;
    const token = await identity.makeLink(tx, { purpose: 'password_reset', account_id: person.id }, at);
    const link = linkTo(context, 'password-reset', token);
    await sendMail(tx, context, person.id, (say) => say.resetLetter(link), at);
  });
}

import type { TransferAct } from '#api/program/transfer-letter-words.ts';
import type { Context } from '../context.ts';
import type { AccountId } from '../ids.ts';
import type { Tx } from '../kit/database.ts';
import type { Letters } from '../letters.ts';
import * as identity from '../modules/identity/index.ts';
import * as program from '../modules/program/index.ts';
import { sendMail } from './send-mail.ts';

type About = { transfer: program.Transfer; title: string; slug: string };
/** Writes to both sides of an offer, or to one of them, what has become of it. */
export async function writeOfTransfer(
  tx: Tx,
  context: Context,
  about: About,
  act: TransferAct,
  at: Date,
): Promise<void> {
  const { from_id, to_id } = about.transfer;
  const names = await identity.accountsByIds(tx, [from_id, to_id]);
  const nameOf = (id: AccountId) => names.get(id)?.display_name ?? 'Somebody';
  const { title, slug, transfer } = about;
  const named = { title, slug, expires_at: transfer.expires_at, from: nameOf(from_id), to: nameOf(to_id) };
  await send(tx, context, from_id, (say) => say.transferLetters[act](named).owner, at);
  await send(tx, context, to_id, (say) => say.transferLetters[act](named).receiver, at);
}

/** Tells those who share in a model that somebody else has it now, and that their part is what it was. */
export async function writeToTeam(
  tx: Tx,
  context: Context,
  { title, slug, team, to }: { title: string; slug: string; team: readonly AccountId[]; to: string },
  at: Date,
): Promise<void> {
  for (const one of team)
    await send(tx, context, one, (say) => say.teamOfTransferLetter({ title, slug, to }), at);
}

type Words = { subject: string; text: string; page: string };

async function send(
  tx: Tx,
  context: Context,
  to: AccountId,
  write: (say: Letters) => Words | undefined,
  at: Date,
): Promise<void> {
  const withLink = ({ subject, text, page }: Words) => {
    const link = `${context.origins.public}/${page}`;
    return { subject, text: `${text}\n\n${link}`, link };
  };
  await sendMail(
    tx,
    context,
    to,
    (say) => {
      const words = write(say);
      return words && withLink(words);
    },
    at,
  );
}

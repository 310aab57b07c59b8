import type { Context } from '../context.ts';
import type { AccountId } from '../ids.ts';
import { dayOf } from '../kit/clock.ts';
import type { Tx } from '../kit/database.ts';
import * as identity from '../modules/identity/index.ts';
import * as program from '../modules/program/index.ts';
import { sendMail } from './program-letters.ts';

type About = { transfer: program.Transfer; title: string; slug: string };
type Words = { subject: string; text: string; page: string };

/** Writes to both sides of an offer, or to one of them, what has become of it. */
export async function writeOfTransfer(
  tx: Tx,
  context: Context,
  about: About,
  act: 'offered' | 'accepted' | 'declined' | 'expired' | 'withdrawn',
  at: Date,
): Promise<void> {
  const { from_id, to_id } = about.transfer;
  const names = await identity.accountsByIds(tx, [from_id, to_id]);
  const nameOf = (id: AccountId) => names.get(id)?.display_name ?? 'Somebody';
  const words = WORDS[act]({ ...about, from: nameOf(from_id), to: nameOf(to_id) });
  for (const [to, mail] of [
    [from_id, words.owner],
    [to_id, words.receiver],
  ] as const)
    if (mail) await send(tx, context, to, mail, at);
}

/** Tells those who share in a model that somebody else has it now, and that their part is what it was. */
export async function writeToTeam(
  tx: Tx,
  context: Context,
  { title, slug, team, to }: { title: string; slug: string; team: readonly AccountId[]; to: string },
  at: Date,
): Promise<void> {
  const mail = {
    subject: `“${title}” belongs to ${to} now`,
    text: `${to} has taken over “${title}”. Your part of the creator's share is what it was.`,
    page: `program/models/${slug}`,
  };
  for (const one of team) await send(tx, context, one, mail, at);
}

async function send(tx: Tx, context: Context, to: AccountId, { subject, text, page }: Words, at: Date) {
  const link = `${context.origins.public}/${page}`;
  await sendMail(tx, context, to, { subject, text: `${text}\n\n${link}`, link }, at);
}

type Named = About & { from: string; to: string };
type Letters = { owner?: Words; receiver?: Words };

const INVITATIONS = 'program/invitations';
const WORDS: Record<Parameters<typeof writeOfTransfer>[3], (named: Named) => Letters> = {
  offered: ({ transfer, title, from }) => ({
    receiver: {
      subject: `${from} would give you “${title}”`,
      text: `${from} offers you their model “${title}”: with its releases, its team, and what it pays and is paid. Nothing changes before you accept.\n\nSee all of it, and accept or decline, until ${dayOf(transfer.expires_at)}:`,
      page: INVITATIONS,
    },
  }),
  accepted: ({ title, slug, from, to }) => ({
    owner: {
      subject: `“${title}” belongs to ${to} now`,
      text: `${to} has taken over “${title}”. What it earned until now is yours, and so is what was started before. What starts from now on pays ${to}.`,
      page: `program/models/${slug}`,
    },
    receiver: {
      subject: `“${title}” is yours`,
      text: `You have taken over “${title}” from ${from}. What is started from now on pays you; what was started before pays as it was agreed then.`,
      page: `program/models/${slug}`,
    },
  }),
  declined: ({ title, slug, to }) => ({
    owner: {
      subject: `${to} does not want “${title}”`,
      text: `${to} declined your offer of “${title}”. It stays yours.`,
      page: `program/models/${slug}`,
    },
  }),
  expired: ({ title, slug, to }) => ({
    owner: {
      subject: `Your offer of “${title}” has expired`,
      text: `${to} did not answer in time. “${title}” stays yours, and you can offer it again.`,
      page: `program/models/${slug}`,
    },
    receiver: {
      subject: `The offer of “${title}” has expired`,
      text: `You did not answer in time, so “${title}” stays with its owner.`,
      page: INVITATIONS,
    },
  }),
  withdrawn: ({ title, from }) => ({
    receiver: {
      subject: `${from} keeps “${title}”`,
      text: `${from} took back the offer of “${title}”.`,
      page: INVITATIONS,
    },
  }),
};

/** What both sides of an offer of a model are written, and those who share in it. */
import { dayOf } from '../language.ts';

type Words = { subject: string; text: string; page: string };

export type TransferNamed = { title: string; slug: string; from: string; to: string; expires_at: Date };
export type TransferAct = 'offered' | 'accepted' | 'declined' | 'expired' | 'withdrawn';
type ToBoth = { owner?: Words; receiver?: Words };

const INVITATIONS = 'program/invitations';
export const transferLetters: Record<TransferAct, (named: TransferNamed) => ToBoth> = {
  offered: ({ title, from, expires_at }) => ({
    receiver: {
      subject: `${from} would give you “${title}”`,
      text: `${from} offers you their model “${title}”: with its releases, its team, and what it pays and is paid. Nothing changes before you accept.\n\nSee all of it, and accept or decline, until ${dayOf(expires_at)}:`,
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

export const teamOfTransferLetter = ({
  title,
  slug,
  to,
}: {
  title: string;
  slug: string;
  to: string;
}): Words => ({
  subject: `“${title}” belongs to ${to} now`,
  text: `${to} has taken over “${title}”. Your part of the creator’s share is what it was.`,
  page: `program/models/${slug}`,
});

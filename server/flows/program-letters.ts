import type { DecisionInput, Letter, Scores } from '#api/program/review-shapes.ts';
import { criteria } from '#api/program/review-shapes.ts';
import type { JsonObject } from '#db';
import type { Context } from '../context.ts';
import { type AccountId, type LetterId, newId } from '../ids.ts';
import { dayOf } from '../kit/clock.ts';
import type { Tx } from '../kit/database.ts';
import * as identity from '../modules/identity/index.ts';
import * as program from '../modules/program/index.ts';

/** The wording below: another wording is another version, and says so on the letter. */
const TEMPLATE = '2026-11';

type Words = { kind: Letter['kind']; subject: string; text: string; facts: JsonObject };
type Read = { scores: Scores; to_applicant: string };

/** Writes an applicant a letter that stays, and sends it to them. */
export async function writeLetter(
  tx: Tx,
  context: Context,
  { id: application_id, applicant_id }: program.Application,
  { kind, subject, text, facts }: Words,
  at: Date,
): Promise<LetterId> {
  const id = newId<LetterId>(at);
  const template = `${kind}/${TEMPLATE}`;
  await program.insertLetter(tx, {
    id,
    application_id,
    kind,
    template,
    subject,
    text,
    facts,
    written_at: at,
  });
  const link = `${context.origins.public}/program/applications/${application_id}`;
  await sendMail(tx, context, applicant_id, { subject, text: `${text}\n\n${link}`, link }, at);
  return id;
}

/** Sends somebody a mail about their part in the program. */
export async function sendMail(
  tx: Tx,
  context: Context,
  to: AccountId,
  mail: { subject: string; text: string; link: string | null },
  at: Date,
): Promise<void> {
  const account = await identity.accountById(tx, to);
  if (account) await identity.writeMail(tx, { to: account.email, ...mail, mode: context.config.mode }, at);
}

const paragraphs = (...parts: (string | null)[]) => parts.filter((part) => part !== null).join('\n\n');

export const changesLetter = (title: string, asked: string, until: Date): Words => ({
  kind: 'changes',
  subject: `${title}: please change something`,
  text: paragraphs(
    `Before your application “${title}” goes on, something has to change:`,
    asked,
    `Change it and submit it again by ${dayOf(until)}. The clock of the review stands still until then, and whoever reviews it goes on with your new revision.`,
  ),
  facts: { asked, until: until.toISOString() },
});

export const deskRejectionLetter = (
  title: string,
  { reasons, cool_down_days }: Pick<DecisionInput, 'reasons' | 'cool_down_days'>,
  appeal_until: Date,
): Words => ({
  kind: 'desk_rejection',
  subject: `${title}: not taken into review`,
  text: paragraphs(
    `Your application “${title}” was not taken into review.`,
    `Why:\n${reasons}`,
    appealWords(appeal_until),
    coolDownWords(cool_down_days),
  ),
  facts: { reasons, cool_down_days, appeal_until: appeal_until.toISOString() },
});

const opening: Record<DecisionInput['outcome'], string> = {
  accepted: 'was accepted into the program.',
  accepted_with_conditions: 'was accepted into the program, with conditions.',
  waitlisted: 'is on the waiting list: it is good enough, and there is no room for it now.',
  rejected: 'was not accepted.',
};
const next: Record<DecisionInput['outcome'], string | null> = {
  accepted: 'Read and sign the agreement within 14 days. The model is published with your signature.',
  accepted_with_conditions:
    'Read and sign the agreement within 14 days. The model is published with your signature.',
  waitlisted: 'We look at it again when there is room, and write to you if that does not happen in time.',
  rejected: null,
};

export function decisionLetter(
  title: string,
  decision: DecisionInput,
  reviews: readonly Read[],
  appeal_until: Date,
): Words {
  const { outcome, reasons, conditions, cool_down_days } = decision;
  const refused = outcome === 'rejected';
  return {
    kind: 'decision',
    subject: `${title}: ${outcome.replaceAll('_', ' ')}`,
    text: paragraphs(
      `Your application “${title}” ${opening[outcome]}`,
      `Why:\n${reasons}`,
      conditions.length === 0
        ? null
        : `Conditions:\n${conditions.map(({ text, due_on }) => `- ${text} (by ${due_on})`).join('\n')}`,
      `Scores, from 1 to 5, of ${reviews.length} reviewers:\n${scoreLines(reviews)}`,
      `What the reviewers wrote to you:\n${reviews.map(({ to_applicant }, index) => `Reviewer ${index + 1}: ${to_applicant}`).join('\n\n')}`,
      next[outcome],
      refused ? appealWords(appeal_until) : null,
      refused ? coolDownWords(cool_down_days) : null,
    ),
    facts: {
      outcome,
      reasons,
      conditions,
      cool_down_days,
      scores: reviews.map(({ scores }) => scores),
      appeal_until: refused ? appeal_until.toISOString() : null,
    },
  };
}

function scoreLines(reviews: readonly Read[]): string {
  return criteria
    .map((criterion) => {
      const scores = reviews.map((review) => review.scores[criterion]).toSorted((a, b) => a - b);
      const mean = scores.reduce((sum, score) => sum + score, 0) / Math.max(1, scores.length);
      return `- ${criterion}: ${mean.toFixed(1)} (${scores.join(', ')})`;
    })
    .join('\n');
}

export const appealLetter = (title: string, outcome: 'upheld' | 'reopened', reasons: string): Words => ({
  kind: 'appeal',
  subject: `${title}: your appeal`,
  text: paragraphs(
    outcome === 'upheld'
      ? `Somebody who had no part in the refusal looked at your appeal about “${title}”. The refusal stands.`
      : `Somebody who had no part in the refusal looked at your appeal about “${title}”. It is reviewed again, by people who have not seen it.`,
    `Why:\n${reasons}`,
  ),
  facts: { outcome, reasons },
});

export const lapseLetter = (title: string, from: 'needs_changes' | 'waitlisted'): Words => ({
  kind: 'lapse',
  subject: `${title}: the application has lapsed`,
  text:
    from === 'needs_changes'
      ? `Your application “${title}” has lapsed: what we asked you to change did not come in time. You can apply again at any time.`
      : `Your application “${title}” has lapsed: there was no room for it in time. You can apply again at any time.`,
  facts: { from },
});

const appealWords = (until: Date) =>
  `If you think that this is wrong, you can appeal once, by ${dayOf(until)}. Other people look at it then.`;

const coolDownWords = (days: number | null) =>
  days === null
    ? 'You cannot apply again.'
    : days === 0
      ? 'You can apply again at any time.'
      : `You can apply again in ${days} days.`;

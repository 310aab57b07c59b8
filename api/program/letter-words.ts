/** What people are written about their part in the program. */
import { count, dayOf, LANGUAGE, type Letter as Mail, number } from '../language.ts';
import { rubricWords } from './rubric-words.ts';
import type { DecisionInput, Letter, Scores } from './review-shapes.ts';

/** One that stays with an application, with the facts that it says. */
export type ProgramLetter = {
  kind: Letter['kind'];
  subject: string;
  text: string;
  facts: Record<string, unknown>;
};
type Read = { scores: Scores; to_applicant: string };

const paragraphs = (...parts: (string | null)[]) => parts.filter((part) => part !== null).join('\n\n');

export const changesLetter = (title: string, asked: string, until: Date): ProgramLetter => ({
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
): ProgramLetter => ({
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

const named: Record<DecisionInput['outcome'], string> = {
  accepted: 'accepted',
  accepted_with_conditions: 'accepted with conditions',
  waitlisted: 'on the waiting list',
  rejected: 'not accepted',
};
const opening: Record<DecisionInput['outcome'], (title: string) => string> = {
  accepted: (title) => `Your application “${title}” was accepted into the program.`,
  accepted_with_conditions: (title) =>
    `Your application “${title}” was accepted into the program, with conditions.`,
  waitlisted: (title) =>
    `Your application “${title}” is on the waiting list: it is good enough, and there is no room for it now.`,
  rejected: (title) => `Your application “${title}” was not accepted.`,
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
): ProgramLetter {
  const { outcome, reasons, conditions, cool_down_days } = decision;
  const refused = outcome === 'rejected';
  return {
    kind: 'decision',
    subject: `${title}: ${named[outcome]}`,
    text: paragraphs(
      opening[outcome](title),
      `Why:\n${reasons}`,
      conditions.length === 0
        ? null
        : `Conditions:\n${conditions.map(({ text, due_on }) => `- ${text} (by ${dayOf(due_on)})`).join('\n')}`,
      `Scores, from 1 to 5, of ${count(reviews.length, 'reviewer')}:\n${scoreLines(reviews)}`,
      `What the reviewers wrote to you:\n${reviews.map(({ to_applicant }, index) => `Reviewer ${number(index + 1)}: ${to_applicant}`).join('\n\n')}`,
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

const keysOf = <Key extends string>(of: Record<Key, unknown>) => Object.keys(of) as Key[];
const tenths = new Intl.NumberFormat(LANGUAGE, { minimumFractionDigits: 1, maximumFractionDigits: 1 });

function scoreLines(reviews: readonly Read[]): string {
  return keysOf(rubricWords)
    .map((criterion) => {
      const scores = reviews.map((review) => review.scores[criterion]).toSorted((a, b) => a - b);
      const mean = scores.reduce((sum, score) => sum + score, 0) / Math.max(1, scores.length);
      return `- ${rubricWords[criterion].title}: ${tenths.format(mean)} (${scores.join(', ')})`;
    })
    .join('\n');
}

export const appealLetter = (
  title: string,
  outcome: 'upheld' | 'reopened',
  reasons: string,
): ProgramLetter => ({
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

export const lapseLetter = (title: string, from: 'needs_changes' | 'waitlisted'): ProgramLetter => ({
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
      : `You can apply again in ${count(days, 'day')}.`;

export const invitationLetter = (
  page: string,
  { by, title, until }: { by: string; title: string; until: Date },
): Mail => ({
  subject: `${by} would share a model with you`,
  text: `${by} named you among those who share in what “${title}” earns. Nothing holds before you consent.\n\nSee your part, and accept or decline it, until ${dayOf(until)}:\n${page}`,
  link: null,
});

export const reviewLetter = (link: string, until: Date): Mail => ({
  subject: 'A review for you',
  text: `An application waits for your review, until ${dayOf(until)}:\n${link}`,
  link,
});

const reminders = {
  soon: 'Three days are left for a review',
  due: 'A review is due today',
  late: 'A review is late; in two days somebody else is asked',
} as const;
export const reviewReminder = (link: string, when: keyof typeof reminders): Mail => ({
  subject: reminders[when],
  text: `${reminders[when]}:\n${link}\n\nIf you cannot do it, say so there: somebody else is asked then.`,
  link,
});

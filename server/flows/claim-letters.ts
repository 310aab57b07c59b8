import type { Context } from '../context.ts';
import type { AccountId, ClaimId } from '../ids.ts';
import { dayOf } from '../kit/clock.ts';
import type { Db, Tx } from '../kit/database.ts';
import { inCredits } from '../kit/money.ts';
import * as earnings from '../modules/earnings/index.ts';
import { sendMail } from './program-letters.ts';

type Words = { subject: string; text: string };
type Addressed = { to: AccountId; letter: Words };

/** Writes to somebody about a claim, with the way to it. */
export async function writeOfClaim(
  tx: Tx,
  context: Context,
  id: ClaimId,
  to: AccountId,
  { subject, text }: Words,
  at: Date,
): Promise<void> {
  const link = `${context.origins.public}/claims/${id}`;
  await sendMail(tx, context, to, { subject, text: `${text}\n\n${link}`, link }, at);
}

export const claimFiledLetter = (title: string): Words => ({
  subject: `Your claim on “${title}” was filed`,
  text: `We have your claim on “${title}”. Somebody looks whether it is admitted; until then nothing changes for anybody. You can withdraw it at any time.`,
});

export const claimDismissedLetter = (title: string, reason: string): Words => ({
  subject: `Your claim on “${title}” was not admitted`,
  text: `Your claim on “${title}” was looked at and not admitted:\n\n${reason}`,
});

/** To the claimant, to whoever it is about, and to everybody else whose earnings are set aside. */
export async function admittedLetters(
  db: Db,
  claim: earnings.Claim,
  title: string,
  at: Date,
): Promise<Addressed[]> {
  const { claimant_id, respondent_id, leg, model_id } = claim;
  const until = dayOf(earnings.claimAnswerUntil(at));
  const split = leg === 'model' ? await earnings.splitInForce(db, model_id, at) : undefined;
  const sharers = (split?.parts ?? []).flatMap(({ person_id }) =>
    person_id === claimant_id || person_id === respondent_id ? [] : [person_id as AccountId],
  );
  return [
    {
      to: claimant_id,
      letter: {
        subject: `Your claim on “${title}” was admitted`,
        text: `Your claim on “${title}” was admitted. What it is about earns from now on is set aside until it is decided. Whoever it is about can answer until ${until}.`,
      },
    },
    {
      to: respondent_id,
      letter: {
        subject: `Somebody claims rights in “${title}”`,
        text: `Somebody claims that ${WHAT[leg]} “${title}” is theirs. What that earns from now on is set aside until the claim is decided; what was earned before is yours, and everything else goes on.\n\nRead the claim, and answer it until ${until}. Not to answer decides nothing by itself.`,
      },
    },
    ...sharers.map((to) => ({
      to,
      letter: {
        subject: `Somebody claims rights in “${title}”`,
        text: `Somebody claims that “${title}”, in which you share, is theirs. Your part of what it earns from now on is set aside until the claim is decided; what was earned before is yours.`,
      },
    })),
  ];
}

const WHAT: Record<earnings.ClaimLeg, string> = {
  model: 'the model',
  person: 'your part in',
  royalty: 'the royalty that you get of',
};

export const answeredLetter = (title: string): Words => ({
  subject: `Your claim on “${title}” was answered`,
  text: `Whoever your claim on “${title}” is about has answered it. Read the answer; you can still withdraw.`,
});

export const unansweredLetter = (title: string): Words => ({
  subject: `The time to answer the claim on “${title}” is over`,
  text: `The claim on “${title}” was not answered in time. It is decided on its grounds all the same, and an answer is still read as long as it is open.`,
});

export function endedLetters(
  { claimant_id, respondent_id, case_id }: earnings.Claim,
  title: string,
  how: 'withdrawn' | 'rejected',
  note: string,
): Addressed[] {
  const back = case_id
    ? ' What was set aside has gone back to where it would be without the claim.'
    : ' Nothing had been set aside.';
  const why = note ? `\n\n${note}` : '';
  const letter = {
    subject: `The claim on “${title}” was ${how}`,
    text: `The claim on “${title}” was ${how}.${back}${why}`,
  };
  return [claimant_id, ...(case_id ? [respondent_id] : [])].map((to) => ({ to, letter }));
}

const FOLLOWS: Record<earnings.ClaimRemedy, string> = {
  redirect: 'What it earns from now on goes to the claimant.',
  transfer: 'The model belongs to the claimant now.',
  withdraw: 'Its releases were withdrawn: nothing new begins with them.',
};

export function upheldLetters(
  { claimant_id, respondent_id, remedy }: earnings.Claim,
  title: string,
  brought: bigint,
): Addressed[] {
  const subject = `The claim on “${title}” was upheld`;
  const follows = remedy ? FOLLOWS[remedy] : '';
  return [
    {
      to: claimant_id,
      letter: {
        subject,
        text: `Your claim on “${title}” was upheld. What was set aside is yours: ${inCredits(brought)} credits, which wait or are free as they would have been for whoever earned them first. ${follows}`,
      },
    },
    {
      to: respondent_id,
      letter: {
        subject,
        text: `The claim on “${title}” was upheld by two people. What was set aside went to the claimant; what you earned before the claim was admitted is yours. ${follows} The reasons are with the claim.`,
      },
    },
  ];
}

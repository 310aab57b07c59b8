import type { Context } from '../context.ts';
import type { AccountId, ClaimId } from '../ids.ts';
import type { Db, Tx } from '../kit/database.ts';
import type { Letters } from '../letters.ts';
import * as earnings from '../modules/earnings/index.ts';
import { sendMail } from './send-mail.ts';

type Write = (say: Letters) => { subject: string; text: string };
type Addressed = { to: AccountId; write: Write };

/** Writes to somebody about a claim, with the way to it. */
export async function writeOfClaim(
  tx: Tx,
  context: Context,
  id: ClaimId,
  { to, write }: Addressed,
  at: Date,
): Promise<void> {
  const link = `${context.origins.public}/claims/${id}`;
  const withLink = ({ subject, text }: ReturnType<Write>) => ({ subject, text: `${text}\n\n${link}`, link });
  await sendMail(tx, context, to, (say) => withLink(write(say)), at);
}

/** To the claimant, to whoever it is about, and to everybody else whose earnings are set aside. */
export async function admittedLetters(
  db: Db,
  claim: earnings.Claim,
  title: string,
  at: Date,
): Promise<Addressed[]> {
  const { claimant_id, respondent_id, leg, model_id } = claim;
  const until = earnings.claimAnswerUntil(at);
  const split = leg === 'model' ? await earnings.splitInForce(db, model_id, at) : undefined;
  const sharers = (split?.parts ?? []).flatMap(({ person_id }) =>
    person_id === claimant_id || person_id === respondent_id ? [] : [person_id as AccountId],
  );
  return [
    { to: claimant_id, write: (say) => say.admittedLetter(title, until) },
    { to: respondent_id, write: (say) => say.claimedLetter(title, leg, until) },
    ...sharers.map((to): Addressed => ({ to, write: (say) => say.claimedOfTeamLetter(title) })),
  ];
}

export function endedLetters(
  { claimant_id, respondent_id, case_id }: earnings.Claim,
  title: string,
  how: 'withdrawn' | 'rejected',
  note: string,
): Addressed[] {
  const was_admitted = case_id !== null;
  const write: Write = (say) => say.claimEndedLetter(title, { how, was_admitted, note });
  return [claimant_id, ...(was_admitted ? [respondent_id] : [])].map((to) => ({ to, write }));
}

export const upheldLetters = (
  { claimant_id, respondent_id, remedy }: earnings.Claim,
  title: string,
  brought: bigint,
): Addressed[] => [
  { to: claimant_id, write: (say) => say.upheldLetter(title, remedy, brought) },
  { to: respondent_id, write: (say) => say.upheldAgainstLetter(title, remedy) },
];

/** What people are written about claims of rights. */
import { dayOf, number } from '../language.ts';
import type { ClaimLeg, ClaimRemedy } from './shapes.ts';

type Words = { subject: string; text: string };

export const claimFiledLetter = (title: string): Words => ({
  subject: `Your claim on “${title}” was filed`,
  text: `We have your claim on “${title}”. Somebody looks whether it is admitted; until then nothing changes for anybody. You can withdraw it at any time.`,
});

export const claimDismissedLetter = (title: string, reason: string): Words => ({
  subject: `Your claim on “${title}” was not admitted`,
  text: `Your claim on “${title}” was looked at and not admitted:\n\n${reason}`,
});

export const admittedLetter = (title: string, until: Date): Words => ({
  subject: `Your claim on “${title}” was admitted`,
  text: `Your claim on “${title}” was admitted. What it is about earns from now on is set aside until it is decided. Whoever it is about can answer until ${dayOf(until)}.`,
});

export const claimedLetter = (title: string, leg: ClaimLeg, until: Date): Words => ({
  subject: `Somebody claims rights in “${title}”`,
  text: `${CLAIMED[leg](title)} What that earns from now on is set aside until the claim is decided; what was earned before is yours, and everything else goes on.\n\nRead the claim, and answer it until ${dayOf(until)}. Not to answer decides nothing by itself.`,
});
const CLAIMED: Record<ClaimLeg, (title: string) => string> = {
  model: (title) => `Somebody claims that the model “${title}” is theirs.`,
  person: (title) => `Somebody claims that your part in “${title}” is theirs.`,
  royalty: (title) => `Somebody claims that the royalty that you get of “${title}” is theirs.`,
};

export const claimedOfTeamLetter = (title: string): Words => ({
  subject: `Somebody claims rights in “${title}”`,
  text: `Somebody claims that “${title}”, in which you share, is theirs. Your part of what it earns from now on is set aside until the claim is decided; what was earned before is yours.`,
});

export const answeredLetter = (title: string): Words => ({
  subject: `Your claim on “${title}” was answered`,
  text: `Whoever your claim on “${title}” is about has answered it. Read the answer; you can still withdraw.`,
});

export const unansweredLetter = (title: string): Words => ({
  subject: `The time to answer the claim on “${title}” is over`,
  text: `The claim on “${title}” was not answered in time. It is decided on its grounds all the same, and an answer is still read as long as it is open.`,
});

export const claimEndedLetter = (
  title: string,
  { how, was_admitted, note }: { how: 'withdrawn' | 'rejected'; was_admitted: boolean; note: string },
): Words => ({
  subject:
    how === 'withdrawn' ? `The claim on “${title}” was withdrawn` : `The claim on “${title}” was rejected`,
  text: [
    how === 'withdrawn' ? `The claim on “${title}” was withdrawn.` : `The claim on “${title}” was rejected.`,
    was_admitted
      ? ' What was set aside has gone back to where it would be without the claim.'
      : ' Nothing had been set aside.',
    note ? `\n\n${note}` : '',
  ].join(''),
});

const FOLLOWS: Record<ClaimRemedy, string> = {
  redirect: 'What it earns from now on goes to the claimant.',
  transfer: 'The model belongs to the claimant now.',
  withdraw: 'Its releases were withdrawn: nothing new begins with them.',
};

export const upheldLetter = (title: string, remedy: ClaimRemedy | null, brought_micros: bigint): Words => ({
  subject: `The claim on “${title}” was upheld`,
  text: `Your claim on “${title}” was upheld. What was set aside is yours: ${number(Number(brought_micros) / 1_000_000)} credits, which wait or are free as they would have been for whoever earned them first. ${remedy ? FOLLOWS[remedy] : ''}`,
});

export const upheldAgainstLetter = (title: string, remedy: ClaimRemedy | null): Words => ({
  subject: `The claim on “${title}” was upheld`,
  text: `The claim on “${title}” was upheld by two people. What was set aside went to the claimant; what you earned before the claim was admitted is yours. ${remedy ? FOLLOWS[remedy] : ''} The reasons are with the claim.`,
});

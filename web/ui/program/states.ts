import type { ApplicationState } from '#web/api-types.ts';

type Tone = 'neutral' | 'accent' | 'positive' | 'warning' | 'danger' | 'info';
type Said = { name: string; tone: Tone; says: string };

/** What people call the states of an application, and what each means for who applied. */
export const applicationStates: Record<ApplicationState, Said> = {
  draft: { name: 'Draft', tone: 'neutral', says: 'You are writing it. Nobody else sees it.' },
  submitted: {
    name: 'Submitted',
    tone: 'info',
    says: 'It waits for a coordinator, who looks whether it is complete.',
  },
  screening: {
    name: 'In screening',
    tone: 'info',
    says: 'A coordinator looks whether it is complete and may be reviewed.',
  },
  needs_changes: {
    name: 'Changes asked',
    tone: 'warning',
    says: 'Something was asked of you. The clock of the review rests until you submit again.',
  },
  in_review: {
    name: 'In review',
    tone: 'info',
    says: 'Reviewers score it. They know neither your name nor what the others say.',
  },
  deliberation: { name: 'In deliberation', tone: 'info', says: 'The reviews are in, and a chair decides.' },
  awaiting_signature: {
    name: 'In deliberation',
    tone: 'info',
    says: 'A second person looks at the decision before it holds.',
  },
  agreement_pending: {
    name: 'Accepted',
    tone: 'accent',
    says: 'An agreement is offered. Sign it, and the model is published.',
  },
  enrolled: {
    name: 'Published',
    tone: 'positive',
    says: 'The agreement is signed and the model is published.',
  },
  waitlisted: {
    name: 'Waitlisted',
    tone: 'warning',
    says: 'Good enough, and not now. It goes on when there is room.',
  },
  rejected: { name: 'Not accepted', tone: 'danger', says: 'The letter gives scores and reasons.' },
  desk_rejected: {
    name: 'Not reviewed',
    tone: 'danger',
    says: 'It was refused before review. The letter gives the reason.',
  },
  appealed: {
    name: 'Appealed',
    tone: 'info',
    says: 'People who have not seen it before look at your appeal.',
  },
  upheld: {
    name: 'Refusal upheld',
    tone: 'danger',
    says: 'The appeal was looked at, and the refusal stands.',
  },
  offer_lapsed: { name: 'Offer lapsed', tone: 'neutral', says: 'The agreement was not signed in time.' },
  lapsed: { name: 'Lapsed', tone: 'neutral', says: 'What was asked for did not come in time.' },
  withdrawn: { name: 'Withdrawn', tone: 'neutral', says: 'You took it back.' },
};

/** What an applicant sees happen: each act, in the past. */
const acts: Record<string, string> = {
  begin: 'Begun',
  submit: 'Submitted',
  screen: 'Screening began',
  ask_changes: 'Changes were asked for',
  desk_reject: 'Refused before review',
  begin_review: 'Given to reviewers',
  deliberate: 'Reviews are in',
  ask_another: 'Another reviewer was asked',
  propose: 'A decision waits for a second signature',
  decline_to_sign: 'The decision is looked at again',
  accept: 'Accepted',
  waitlist: 'Put on the waitlist',
  reject: 'Not accepted',
  appeal: 'Appealed',
  uphold: 'The refusal stands',
  reopen: 'Reopened with new reviewers',
  enrol: 'Signed and published',
  lapse_offer: 'The offer lapsed',
  lapse: 'Lapsed',
  withdraw: 'Withdrawn',
};
export const actName = (act: string) => acts[act] ?? act;

const STAGES = ['Submitted', 'Screening', 'Review', 'Decision', 'Agreement', 'Published'] as const;
const stageOf: Partial<Record<ApplicationState, number>> = {
  submitted: 0,
  screening: 1,
  in_review: 2,
  appealed: 2,
  deliberation: 3,
  awaiting_signature: 3,
  waitlisted: 3,
  agreement_pending: 4,
  enrolled: 5,
};
export type Stage = { name: string; how: 'done' | 'now' | 'to come' };

/** The road of an application; null where it left the road. */
export function stagesOf(state: ApplicationState): Stage[] | null {
  const now = stageOf[state];
  if (now === undefined) return null;
  return STAGES.map((name, place) => ({
    name,
    how: place < now || state === 'enrolled' ? 'done' : place === now ? 'now' : 'to come',
  }));
}

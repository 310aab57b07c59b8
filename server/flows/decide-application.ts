import type { DecisionInput, Recommendation } from '#api/program/review-shapes.ts';
import type { Context } from '../context.ts';
import { type AccountId, type ApplicationId, type DecisionId, idOf, newId, type ProposalId } from '../ids.ts';
import { present } from '../kit/assert.ts';
import type { Tx } from '../kit/database.ts';
import { actsFrom } from '../kit/state-machine.ts';
import { setTimer } from '../kit/timers.ts';
import type { Letters } from '../letters.ts';
import * as program from '../modules/program/index.ts';
import { refuse } from '../refuse.ts';
import type { Judged } from '../views/conflicts.ts';
import { APPEAL_DAYS } from '../views/outcome.ts';
import { refusedBefore } from './appeal.ts';
import { offerAgreement } from './offer-agreement.ts';
import {
  closePanel,
  countReviews,
  DECISION_DAYS,
  judged,
  LAPSE_TIMER,
  refuseChanged,
  refuseConflicted,
  voidConflicted,
} from './panel.ts';
import { writeLetter } from './program-letters.ts';

const WAITLIST_DAYS = program.CLOCKS.waitlist_days;
const SIGNING_DAYS = program.CLOCKS.offer_days;

type ByChair = { chair_id: AccountId; application_id: ApplicationId; version: number };
type Step = { act: 'accept' | 'waitlist' | 'reject'; recommends: Recommendation };

const steps: Record<DecisionInput['outcome'], Step> = {
  accepted: { act: 'accept', recommends: 'accept' },
  accepted_with_conditions: { act: 'accept', recommends: 'accept' },
  waitlisted: { act: 'waitlist', recommends: 'waitlist' },
  rejected: { act: 'reject', recommends: 'reject' },
};

/**
 * A chair decides by what the panel wrote. What contradicts the middle of the panel is a proposal, if the chair says so,
 * and waits for the signature of another chair.
 */
export async function decideApplication(
  context: Context,
  by_chair: ByChair & { decision: DecisionInput; propose: boolean },
): Promise<void> {
  const { application_id, chair_id, decision, propose } = by_chair;
  await voidFirst(context, by_chair, 'deliberation', steps[decision.outcome].act);
  await context.database.inTransaction(async (tx) => {
    const at = context.clock.now();
    const about = await judged(tx, application_id);
    await mayDecide(tx, about, by_chair, 'deliberation', steps[decision.outcome].act);
    const reviews = await refuseWithoutQuorum(tx, about);
    await refuseChanged(tx, about);
    if (!program.contradicts(steps[decision.outcome].recommends, reviews))
      return conclude(tx, context, about, { ...by_chair, second_signer_id: null, reviews }, at);
    const { median } = program.standOf(reviews, reviews.length);
    if (!propose) refuse('SECOND_SIGNER_NEEDED', { median: median ?? '' });
    await program.insertProposal(tx, {
      id: newId<ProposalId>(at),
      application_id,
      revision_id: about.revision.id,
      panel: about.application.panel,
      said: decision,
      chair_id,
      proposed_at: at,
    });
    const by = { id: chair_id, as: 'chair' };
    const set = { due_at: program.daysAfter(at, DECISION_DAYS) };
    const detail = { outcome: decision.outcome, median };
    return void (await program.moveApplication(tx, 'propose', { id: application_id, by, at, detail, set }));
  });
  context.wake.send('news');
}

/** A second chair signs what contradicts the panel, or hands it back. */
export async function signDecision(
  context: Context,
  by_chair: ByChair & { sign: boolean; why: string },
): Promise<void> {
  const { application_id, chair_id, sign, why } = by_chair;
  if (sign) await voidFirst(context, by_chair, 'awaiting_signature', 'sign');
  await context.database.inTransaction(async (tx) => {
    const at = context.clock.now();
    const about = await judged(tx, application_id);
    await mayDecide(tx, about, by_chair, 'awaiting_signature', sign ? 'sign' : 'decline_to_sign');
    const { said, chair_id: first } = present(
      await program.newestProposal(tx, application_id),
      'what waits for a second signer',
    );
    if (first === chair_id)
      refuse('NOT_ALLOWED', { why: 'You proposed it: another chair has to sign it as well.' });
    if (!sign) {
      const by = { id: chair_id, as: 'chair' };
      const set = { due_at: program.daysAfter(at, DECISION_DAYS) };
      const back = { id: application_id, by, at, detail: { why }, set };
      return void (await program.moveApplication(tx, 'decline_to_sign', back));
    }
    const reviews = await refuseWithoutQuorum(tx, about);
    await refuseChanged(tx, about);
    const signed = { decision: said, chair_id: first, second_signer_id: chair_id, reviews };
    return conclude(tx, context, about, signed, at);
  });
  context.wake.send('news');
}

/** Stays even when the decision is refused then: what must not count does not count any more. */
const voidFirst = (
  { database, clock }: Context,
  by_chair: ByChair,
  state: 'deliberation' | 'awaiting_signature',
  act: string,
) =>
  database.inTransaction(async (tx) => {
    const about = await judged(tx, by_chair.application_id);
    await mayDecide(tx, about, by_chair, state, act);
    await voidConflicted(tx, about, clock.now());
  });

async function mayDecide(
  tx: Tx,
  about: Judged,
  { chair_id, version }: ByChair,
  state: 'deliberation' | 'awaiting_signature',
  act: string,
): Promise<void> {
  const { application } = about;
  if (application.state !== state) {
    const possible = actsFrom(program.applicationMachine, application.state, 'chair');
    refuse('NOT_NOW', { state: application.state, act, possible });
  }
  if (application.version !== version) refuse('STATE_CHANGED', { version: application.version });
  await refuseAsChair(tx, about, chair_id);
}

/** Who decides did not review it, has no conflict of interest, and did not refuse it before. */
export async function refuseAsChair(tx: Tx, about: Judged, chair_id: AccountId): Promise<void> {
  const asked = await program.assignmentsOf(tx, about.application.id);
  const reviewed = asked.some(
    ({ kind, reviewer_id, state }) => kind !== 'gold' && reviewer_id === chair_id && state !== 'declined',
  );
  if (reviewed) refuse('CHAIR_REVIEWED');
  await refuseConflicted(tx, about, [chair_id]);
  if (await refusedBefore(tx, about.application.id, chair_id))
    refuse('NOT_ALLOWED', { why: 'You had a part in the refusal: somebody new has to decide.' });
}

async function refuseWithoutQuorum(tx: Tx, about: Judged) {
  const { reviews, needed } = await countReviews(tx, about);
  const released = (await program.stepsOfApplication(tx, about.application.id)).findLast(
    ({ act }) => act === 'deliberate',
  );
  const in_time = Object(released?.detail).because === 'deadline' ? program.REVIEWS_MIN : needed;
  if (reviews.length < in_time) refuse('QUORUM_MISSING', { counted: reviews.length, needed: in_time });
  return reviews;
}

type Conclusion = {
  decision: DecisionInput;
  chair_id: AccountId;
  second_signer_id: AccountId | null;
  reviews: Awaited<ReturnType<typeof program.countedReviews>>;
};

async function conclude(
  tx: Tx,
  context: Context,
  about: Judged,
  { decision, chair_id, second_signer_id, reviews }: Conclusion,
  at: Date,
): Promise<void> {
  const { application, revision } = about;
  const { id, panel, title } = application;
  const { act } = steps[decision.outcome];
  const due_at = {
    accept: program.daysAfter(at, SIGNING_DAYS),
    waitlist: program.daysAfter(at, WAITLIST_DAYS),
    reject: null,
  }[act];
  // in an order that says nothing about who was asked first
  const read = reviews.toSorted((a, b) => (idOf(a.id) < idOf(b.id) ? -1 : 1));
  const letter = (say: Letters) =>
    say.decisionLetter(title, decision, read, program.daysAfter(at, APPEAL_DAYS));
  const letter_id = await writeLetter(tx, context, application, letter, at);
  await program.insertDecision(tx, {
    id: newId<DecisionId>(at),
    application_id: id,
    revision_id: revision.id,
    panel,
    ...decision,
    decided_by: chair_id,
    second_signer_id,
    contradicts_panel: second_signer_id !== null,
    letter_id,
    decided_at: at,
  });
  await closePanel(tx, application, at);
  const by = { id: second_signer_id ?? chair_id, as: 'chair' };
  await program.moveApplication(tx, act, {
    id,
    by,
    at,
    detail: { outcome: decision.outcome },
    set: { due_at },
  });
  if (act === 'waitlist' && due_at) await setTimer(tx, { kind: LAPSE_TIMER, subject_id: id, due_at, at });
  if (act === 'accept') {
    const conditions = decision.conditions.map(({ text, due_on }) => `${text} (by ${due_on})`);
    await offerAgreement(tx, context, { application_id: id, revision_id: revision.id, conditions, at });
  }
}

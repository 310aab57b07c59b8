import type { Context } from '../context.ts';
import { type AccountId, type ApplicationId, type AssignmentId, idOf, newId } from '../ids.ts';
import { present } from '../kit/assert.ts';
import type { Tx } from '../kit/database.ts';
import type { Actor } from '../kit/state-machine.ts';
import { dropTimer, pauseTimer, resumeTimer, setTimer, timersOf } from '../kit/timers.ts';
import * as identity from '../modules/identity/index.ts';
import * as program from '../modules/program/index.ts';
import { refuse } from '../refuse.ts';
import { conflictsOf, type Judged } from '../views/conflicts.ts';
import { isIntact } from '../views/intact.ts';
import { sendMail } from './send-mail.ts';

export const SYSTEM: Actor = { id: 'system', as: 'system' };
export const TIMER: Actor = { id: 'system', as: 'timer' };

/** How long everybody has. */
export const REVIEW_DAYS = program.CLOCKS.review_days;
export const PANEL_DAYS = program.CLOCKS.panel_days;
export const DECISION_DAYS = program.CLOCKS.decision_days;
export const PANEL_TIMER = 'application.review_deadline';
export const LAPSE_TIMER = 'application.lapse';
/** When a reviewer is reminded, and when somebody else is asked instead; in days from when the review is due. */
export const REMINDERS = {
  'assignment.soon': -3,
  'assignment.due': 0,
  'assignment.late': 2,
  'assignment.reassign': 4,
} as const;

/** An application to be judged, and nobody else judges it before this transaction ends. */
export async function judged(tx: Tx, id: ApplicationId): Promise<Judged> {
  await program.lockApplication(tx, id);
  const application = (await program.applicationById(tx, id)) ?? refuse('NOT_FOUND');
  const revision = (await program.newestRevision(tx, id)) ?? refuse('NOT_FOUND');
  return { application, revision };
}

/** Whoever has a conflict of interest takes no part. */
export async function refuseConflicted(tx: Tx, about: Judged, people: readonly AccountId[]): Promise<void> {
  const found = await conflictsOf(tx, about, people);
  const names = await identity.accountsByIds(tx, [...people]);
  const reasons = people.flatMap((person) =>
    (found.get(person) ?? []).map(({ says }) => `${names.get(person)?.display_name ?? 'Somebody'}: ${says}`),
  );
  if (reasons.length > 0) refuse('CONFLICT_OF_INTEREST', { reasons });
}

/** Reviewers who may be asked and never were, those with the least to do first. */
export async function freeReviewers(tx: Tx, about: Judged): Promise<AccountId[]> {
  const reviewers = await identity.listAccounts(tx, { role: 'reviewer', after: null, limit: 1000 });
  const asked = new Set(
    (await program.assignmentsOf(tx, about.application.id)).map(({ reviewer_id }) => reviewer_id),
  );
  // a coordinator sees whose applications they are
  const ids = reviewers
    .filter(({ id, roles }) => !roles.includes('coordinator') && !asked.has(id))
    .map(({ id }) => id);
  const [conflicts, open] = await Promise.all([conflictsOf(tx, about, ids), program.openByReviewer(tx, ids)]);
  // equally busy: in an order that differs from application to application
  const turn = (id: AccountId) => idOf(about.application.id, id);
  return ids
    .filter((id) => conflicts.get(id)?.length === 0)
    .toSorted((a, b) => (open.get(a) ?? 0) - (open.get(b) ?? 0) || (turn(a) < turn(b) ? -1 : 1));
}

/** Asks somebody for a review. Refuses whom this panel asked before, and who has a conflict of interest. */
export async function ask(
  tx: Tx,
  context: Context,
  about: Judged,
  asked: { reviewer_id: AccountId; kind: program.AssignmentKind; panel: number; by: Actor },
  at: Date,
): Promise<void> {
  const { reviewer_id, kind, panel, by } = asked;
  if (kind !== 'gold') await refuseConflicted(tx, about, [reviewer_id]);
  const id = newId<AssignmentId>(at);
  const due_at = program.daysAfter(at, REVIEW_DAYS);
  const evidence = { looked_at: at.toISOString(), revision: about.revision.digest, conflicts: [] };
  const fresh = await program.insertAssignment(
    tx,
    {
      id,
      application_id: about.application.id,
      revision_id: about.revision.id,
      reviewer_id,
      panel,
      kind,
      due_at,
      evidence,
    },
    by,
    at,
  );
  if (!fresh) refuse('ASKED_ALREADY');
  await remind(tx, id, due_at, at);
  const link = `${context.origins.public}/review/${id}`;
  await sendMail(tx, context, reviewer_id, (say) => say.reviewLetter(link, due_at), at);
}

/** One more of those who are free, if anybody is. Answers whether somebody was asked. */
export async function askOneMore(
  tx: Tx,
  context: Context,
  about: Judged,
  asked: { kind: program.AssignmentKind; by: Actor },
  at: Date,
): Promise<boolean> {
  const [reviewer_id] = await freeReviewers(tx, about);
  if (!reviewer_id) return false;
  await ask(tx, context, about, { reviewer_id, panel: about.application.panel, ...asked }, at);
  return true;
}

/** A tenth of what reviewers are asked for is gold; they cannot tell it from the rest. */
export async function askForGold(
  tx: Tx,
  context: Context,
  reviewers: readonly AccountId[],
  at: Date,
): Promise<void> {
  for (const reviewer_id of reviewers) {
    const gold = await program.goldDueFor(tx, reviewer_id);
    if (!gold) continue;
    const application = present(await program.applicationById(tx, gold.application_id), 'a gold application');
    const revision = present(await program.revisionById(tx, gold.revision_id), 'its revision');
    const conflicts = await conflictsOf(tx, { application, revision }, [reviewer_id]);
    if (conflicts.get(reviewer_id)?.length !== 0) continue;
    const asked = { reviewer_id, kind: 'gold' as const, panel: application.panel, by: SYSTEM };
    await ask(tx, context, { application, revision }, asked, at);
  }
}

async function remind(tx: Tx, subject_id: AssignmentId, due_at: Date, at: Date): Promise<void> {
  for (const [kind, days] of Object.entries(REMINDERS))
    await setTimer(tx, { kind, subject_id, due_at: program.daysAfter(due_at, days), at });
}

export async function stopReminding(tx: Tx, subject_id: AssignmentId, at: Date): Promise<void> {
  for (const kind of Object.keys(REMINDERS)) await dropTimer(tx, { kind, subject_id, at });
}

/** The assignments of the panel that looks at an application now. */
export async function panelOf(tx: Tx, { id, panel }: program.Application): Promise<program.Assignment[]> {
  const all = await program.assignmentsOf(tx, id);
  return all.filter((one) => one.panel === panel && one.kind !== 'gold');
}

/** The reviews that count, and how many it takes: one more where one more was asked because reviewers disagree. */
export async function countReviews(tx: Tx, { application, revision }: Judged) {
  const { id: application_id, panel, quorum } = application;
  const reviews = await program.countedReviews(tx, { application_id, panel, revision_id: revision.id });
  const more = (await panelOf(tx, application)).filter(
    ({ kind, state }) => kind === 'another' && (state === 'assigned' || state === 'submitted'),
  );
  return { reviews, needed: quorum + more.length };
}

/**
 * Once enough reviews are in, or the time is over and at least two are, the panel deliberates. Where they disagree and
 * nobody was asked for that before, one more reviewer is.
 */
export async function deliberateWhenReady(
  tx: Tx,
  context: Context,
  application_id: ApplicationId,
  at: Date,
  because: 'quorum' | 'deadline' = 'quorum',
): Promise<void> {
  const about = await judged(tx, application_id);
  if (about.application.state !== 'in_review') return;
  const { reviews, needed } = await countReviews(tx, about);
  const enough =
    reviews.length >= needed || (because === 'deadline' && reviews.length >= program.REVIEWS_MIN);
  if (!enough) return;
  const detail = { because, reviews: reviews.length, needed };
  const set = { due_at: program.daysAfter(at, DECISION_DAYS) };
  await program.moveApplication(tx, 'deliberate', { id: application_id, by: SYSTEM, at, detail, set });
  await dropTimer(tx, { kind: PANEL_TIMER, subject_id: application_id, at });
  const asked_for_it = (await panelOf(tx, about.application)).some(({ kind }) => kind === 'another');
  if (!program.standOf(reviews, needed).disagrees || asked_for_it) return;
  if (await askOneMore(tx, context, about, { kind: 'another', by: SYSTEM }, at))
    await reviewOn(tx, application_id, SYSTEM, at, { because: 'the reviewers disagree' });
}

/** Back from deliberation to review, with a new deadline: another reviewer was asked. */
export async function reviewOn(
  tx: Tx,
  id: ApplicationId,
  by: Actor,
  at: Date,
  detail: Record<string, unknown> = {},
  version?: number,
): Promise<void> {
  const due_at = program.daysAfter(at, PANEL_DAYS);
  await program.moveApplication(tx, 'ask_another', { id, by, at, detail, version, set: { due_at } });
  await setTimer(tx, { kind: PANEL_TIMER, subject_id: id, due_at, at });
}

/** The applicant has something to do: nobody's time passes meanwhile. */
export async function restPanel(tx: Tx, application: program.Application, at: Date): Promise<void> {
  await pauseTimer(tx, { kind: PANEL_TIMER, subject_id: application.id, at });
  for (const { id, state } of await panelOf(tx, application)) {
    if (state !== 'assigned') continue;
    for (const kind of Object.keys(REMINDERS)) await pauseTimer(tx, { kind, subject_id: id, at });
  }
}

/** The same reviewers go on, with the newest revision; who had submitted looks again. Answers how many there are. */
export async function resumePanel(tx: Tx, about: Judged, by: Actor, at: Date): Promise<number> {
  const { application, revision } = about;
  const going = (await panelOf(tx, application)).filter(
    ({ state }) => state === 'assigned' || state === 'submitted',
  );
  for (const { id, state, revision_id, ...was } of going) {
    if (state === 'submitted' && revision_id !== revision.id) {
      const due_at = program.daysAfter(at, REVIEW_DAYS);
      await program.moveAssignment(tx, 'renew', { id, by, at, set: { revision_id: revision.id, due_at } });
      await remind(tx, id, due_at, at);
    }
    if (state !== 'assigned') continue;
    for (const kind of Object.keys(REMINDERS)) await resumeTimer(tx, { kind, subject_id: id, at });
    const last = (await timersOf(tx, id)).find(({ kind }) => kind === 'assignment.reassign');
    const due_at = last?.due_at
      ? program.daysAfter(last.due_at, -REMINDERS['assignment.reassign'])
      : was.due_at;
    await program.showNewer(tx, id, { revision_id: revision.id, due_at });
  }
  await resumeTimer(tx, { kind: PANEL_TIMER, subject_id: application.id, at });
  return going.length;
}

/** Nothing is asked of anybody any more. */
export async function closePanel(tx: Tx, application: program.Application, at: Date): Promise<void> {
  await dropTimer(tx, { kind: PANEL_TIMER, subject_id: application.id, at });
  for (const { id, state } of await panelOf(tx, application)) {
    if (state !== 'assigned') continue;
    await stopReminding(tx, id, at);
    await program.moveAssignment(tx, 'expire', { id, by: SYSTEM, at });
  }
}

/** Voids what people with a conflict of interest wrote, or one of them. Answers how many reviews that were. */
export async function voidConflicted(
  tx: Tx,
  about: Judged,
  at: Date,
  only: AccountId | null = null,
): Promise<number> {
  const live = (await panelOf(tx, about.application)).filter(
    ({ state, reviewer_id }) =>
      (state === 'assigned' || state === 'submitted') && (only === null || only === reviewer_id),
  );
  const conflicts = await conflictsOf(
    tx,
    about,
    live.map(({ reviewer_id }) => reviewer_id),
  );
  const voided = live.filter(({ reviewer_id }) => (conflicts.get(reviewer_id) ?? []).length > 0);
  for (const { id, reviewer_id } of voided) {
    const found = conflicts.get(reviewer_id) ?? [];
    const set = { reason: found.map(({ says }) => says).join(' ') };
    await stopReminding(tx, id, at);
    await program.moveAssignment(tx, 'void', { id, by: SYSTEM, at, detail: { conflicts: found }, set });
  }
  return voided.length;
}

/** Refuses a revision that is no longer word by word what was submitted, or whose files are gone. */
export async function refuseChanged(tx: Tx, { revision }: Judged): Promise<void> {
  if (!(await isIntact(tx, revision)))
    refuse('FILES_CHANGED', {
      why: 'The newest revision does not match its digest, or a file of it is gone.',
    });
}

import type { JsonObject } from '#db';
import type { ReviewInput, Scores } from '#api/program/review-shapes.ts';
import type { Context } from '../context.ts';
import {
  type AccountId,
  type ApplicationId,
  type AssignmentId,
  type DeclaredConflictId,
  newId,
  type RemarkId,
  type ReviewId,
} from '../ids.ts';
import type { Tx } from '../kit/database.ts';
import { actsFrom } from '../kit/state-machine.ts';
import * as identity from '../modules/identity/index.ts';
import * as program from '../modules/program/index.ts';
import { refuse } from '../refuse.ts';
import { conflictsOf, type Judged } from '../views/conflicts.ts';
import { refuseReviewing } from '../views/desk.ts';
import { mayDiscuss } from '../views/panel-talk.ts';
import {
  askOneMore,
  deliberateWhenReady,
  judged,
  refuseConflicted,
  stopReminding,
  voidConflicted,
} from './panel.ts';

type ByReviewer = { reviewer_id: AccountId; assignment_id: AssignmentId };

/** Somebody else's assignment answers like none at all. */
async function ownAssignment(tx: Tx, { reviewer_id, assignment_id }: ByReviewer) {
  const found = await program.assignmentById(tx, assignment_id);
  return found?.reviewer_id === reviewer_id ? found : refuse('NOT_FOUND');
}

/** The same, and nobody else does anything with its application meanwhile. */
async function lockedAssignment(tx: Tx, by: ByReviewer) {
  const { application_id } = await ownAssignment(tx, by);
  const about = await judged(tx, application_id);
  return { about, assignment: await ownAssignment(tx, by) };
}

/** Keeps what a reviewer writes, if nobody wrote since. */
export async function saveReview(
  { database }: Context,
  saved: ByReviewer & { draft: JsonObject; notes: string; draft_version: number },
): Promise<number> {
  return database.inTransaction(async (tx) => {
    const { draft_version } = await ownAssignment(tx, saved);
    const version = await program.saveReviewDraft(tx, saved.assignment_id, saved);
    return version ?? refuse('DRAFT_CHANGED', { draft_version });
  });
}

/** A review comes in, or another version of it in the place of number `replaces`. */
export async function submitReview(
  context: Context,
  submitted: ByReviewer & { review: ReviewInput; replaces: number | null },
): Promise<void> {
  const { reviewer_id, assignment_id, review, replaces } = submitted;
  await unlessConflicted(context, submitted);
  await context.database.inTransaction(async (tx) => {
    const at = context.clock.now();
    const { about, assignment } = await lockedAssignment(tx, submitted);
    const { application } = about;
    const by = { id: reviewer_id, as: 'reviewer' };
    const act = replaces === null ? 'submit' : 'amend';
    await program.moveAssignment(tx, act, { id: assignment_id, by, at });
    const released = application.state === 'deliberation';
    if (assignment.kind !== 'gold') {
      refuseElsewhere(application, assignment, act);
      await refuseSilently(tx, about, reviewer_id);
    }
    const versions = await program.reviewsOf(tx, [assignment_id]);
    const newest = versions[0]?.number ?? 0;
    if (replaces !== null && replaces !== newest) refuse('STATE_CHANGED', { version: newest });
    await program.insertReview(tx, {
      id: newId<ReviewId>(at),
      assignment_id,
      revision_id: assignment.revision_id,
      number: newest + 1,
      after_release: released && act === 'amend',
      submitted_at: at,
      ...review,
    });
    await stopReminding(tx, assignment_id, at);
    if (assignment.kind !== 'gold') await deliberateWhenReady(tx, context, application.id, at);
  });
  context.wake.send('news');
}

/**
 * A reviewer who turns out to have a conflict of interest takes no further part: that stays, whatever is refused then.
 * They are not told why, because that would say whose it is.
 */
async function unlessConflicted(context: Context, by: ByReviewer): Promise<void> {
  const conflicted = await context.database.inTransaction(async (tx) => {
    const at = context.clock.now();
    const { about, assignment } = await lockedAssignment(tx, by);
    if (assignment.kind === 'gold' || !isLooking(about.application, assignment)) return false;
    if ((await voidConflicted(tx, about, at, by.reviewer_id)) === 0) return false;
    await askInstead(tx, context, about, assignment, at);
    return true;
  });
  if (!conflicted) return;
  context.wake.send('news');
  refuse('CONFLICT_OF_INTEREST', { reasons: [] });
}

async function refuseSilently(tx: Tx, about: Judged, reviewer_id: AccountId): Promise<void> {
  const found = (await conflictsOf(tx, about, [reviewer_id])).get(reviewer_id) ?? [];
  if (found.length > 0) refuse('CONFLICT_OF_INTEREST', { reasons: [] });
}

/** Whether the panel of an assignment looks at its application, or waits for what is decided. */
const isLooking = ({ state, panel }: program.Application, assignment: program.Assignment) =>
  LOOKING.has(state) && panel === assignment.panel;
const LOOKING = new Set<string>(['in_review', 'deliberation', 'awaiting_signature']);

/** Somebody else, if anybody is free and reviews are still coming in. */
async function askInstead(
  tx: Tx,
  context: Context,
  about: Judged,
  { kind, panel }: program.Assignment,
  at: Date,
): Promise<void> {
  const { application } = about;
  if (kind === 'gold' || application.state !== 'in_review' || panel !== application.panel) return;
  const by_system = { kind, by: { id: 'system', as: 'system' } };
  const replaced = await askOneMore(tx, context, about, by_system, at);
  if (!replaced) await deliberateWhenReady(tx, context, application.id, at);
}

/** Reviews come in while the panel that was asked looks, and until it is decided. */
function refuseElsewhere(
  { state, panel }: program.Application,
  assignment: program.Assignment,
  act: string,
): void {
  const looking = state === 'in_review' || state === 'deliberation';
  if (!looking || panel !== assignment.panel)
    refuse('NOT_NOW', { state, act, possible: actsFrom(program.applicationMachine, state, 'reviewer') });
}

/** A reviewer cannot do it. Somebody else is asked, if anybody is free. */
export async function declineReview(
  context: Context,
  declined: ByReviewer & { reason: string; conflict: boolean },
): Promise<void> {
  const { reviewer_id, assignment_id, reason, conflict } = declined;
  await context.database.inTransaction(async (tx) => {
    const at = context.clock.now();
    const { about, assignment } = await lockedAssignment(tx, declined);
    const { application } = about;
    const by = { id: reviewer_id, as: 'reviewer' };
    const act = conflict && assignment.state === 'submitted' ? 'void' : 'decline';
    if (act === 'void' && !isLooking(application, assignment))
      refuse('NOT_NOW', { state: application.state, act, possible: [] });
    await program.moveAssignment(tx, act, { id: assignment_id, by, at, set: { reason } });
    await stopReminding(tx, assignment_id, at);
    if (conflict)
      await program.declareConflict(tx, {
        id: newId<DeclaredConflictId>(at),
        person_id: reviewer_id,
        application_id: application.id,
        with_id: null,
        reason,
        declared_at: at,
      });
    await askInstead(tx, context, about, assignment, at);
  });
  context.wake.send('news');
}

/** Who could declare everybody would learn from what follows whose an application is. */
const DECLARED_MAX = 50;

/** A reviewer or chair says whom they cannot judge. */
export async function declareConflictWith(
  { database, clock }: Context,
  declared: { person_id: AccountId; handle: string; reason: string },
): Promise<void> {
  await database.inTransaction(async (tx) => {
    const at = clock.now();
    const { person_id, handle, reason } = declared;
    const other = (await identity.accountByHandle(tx, handle)) ?? refuse('NOT_FOUND');
    if ((await program.declaredCount(tx, person_id)) >= DECLARED_MAX)
      refuse('CONFLICTS_FULL', { limit: DECLARED_MAX });
    await program.declareConflict(tx, {
      id: newId<DeclaredConflictId>(at),
      person_id,
      application_id: null,
      with_id: other.id,
      reason,
      declared_at: at,
    });
  });
}

/** Says something to the panel, once its reviews are released. */
export async function sayToPanel(
  { database, clock }: Context,
  said: { author_id: AccountId; is_chair: boolean; application_id: ApplicationId; text: string },
): Promise<void> {
  const { author_id, is_chair, application_id, text } = said;
  await database.inTransaction(async (tx) => {
    const about = await judged(tx, application_id);
    const { application } = about;
    const mine = (await program.assignmentsOf(tx, application_id)).filter(
      ({ reviewer_id }) => reviewer_id === author_id,
    );
    if (!is_chair && mine.length === 0) refuse('NOT_FOUND');
    if (is_chair) {
      await refuseConflicted(tx, about, [author_id]);
      await refuseReviewing(tx, application, author_id);
    } else await refuseSilently(tx, about, author_id);
    const allowed = mayDiscuss(application, mine, is_chair);
    if (!allowed.allowed) refuse('NOT_ALLOWED', { why: allowed.why ?? '' });
    const at = clock.now();
    const { panel } = application;
    await program.insertRemark(tx, {
      id: newId<RemarkId>(at),
      application_id,
      panel,
      author_id,
      text,
      said_at: at,
    });
  });
}

/** A reviewer says something to the panel that they are in. */
export async function sayToOwnPanel(context: Context, said: ByReviewer & { text: string }): Promise<void> {
  const { reviewer_id: author_id, text } = said;
  await unlessConflicted(context, said);
  const { application_id } = await context.database.inTransaction((tx) => ownAssignment(tx, said));
  await sayToPanel(context, { author_id, is_chair: false, application_id, text });
}

/** From now on reviewers are held against what the panel agreed on here. */
export async function markGold(
  { database, clock }: Context,
  marked: { by: AccountId; application_id: ApplicationId; scores: Scores; note: string },
): Promise<void> {
  const { by: marked_by, application_id, scores, note } = marked;
  await database.inTransaction(async (tx) => {
    const about = await judged(tx, application_id);
    const { application, revision } = about;
    await refuseConflicted(tx, about, [marked_by]);
    if (!DECIDED.has(application.state))
      refuse('NOT_NOW', { state: application.state, act: 'mark_gold', possible: [] });
    const at = clock.now();
    const gold = { application_id, revision_id: revision.id, scores, note, marked_by, marked_at: at };
    if (!(await program.insertGold(tx, gold))) refuse('MARKED_ALREADY');
  });
}

/** Only what is decided can be agreed on. */
const DECIDED = new Set(['enrolled', 'rejected', 'upheld', 'offer_lapsed', 'lapsed', 'waitlisted']);

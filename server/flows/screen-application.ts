import type { DecisionInput } from '#api/program/review-shapes.ts';
import type { Context } from '../context.ts';
import { type AccountId, type ApplicationId, asId, type DecisionId, newId } from '../ids.ts';
import type { Tx } from '../kit/database.ts';
import type { Actor } from '../kit/state-machine.ts';
import { dropTimer, setTimer } from '../kit/timers.ts';
import type { Letters } from '../letters.ts';
import * as program from '../modules/program/index.ts';
import { refuse } from '../refuse.ts';
import type { Judged } from '../views/conflicts.ts';
import { refuseReviewing } from '../views/desk.ts';
import { APPEAL_DAYS } from '../views/outcome.ts';
import {
  ask,
  askForGold,
  askOneMore,
  closePanel,
  countReviews,
  freeReviewers,
  judged,
  LAPSE_TIMER,
  PANEL_DAYS,
  PANEL_TIMER,
  panelOf,
  refuseConflicted,
  restPanel,
  resumePanel,
  reviewOn,
} from './panel.ts';
import { writeLetter } from './program-letters.ts';

/** Somebody at the desk, and the version of the application that they looked at. */
export type AtDesk = { by: Actor; application_id: ApplicationId; version: number };

const SCREENING_DAYS = 3;
const CHANGES_DAYS = 30;

/** One act at the desk, by somebody who has no interest in the application. */
export async function atDesk(
  context: Context,
  { by, application_id }: Pick<AtDesk, 'by' | 'application_id'>,
  act: (tx: Tx, about: Judged, at: Date) => Promise<void>,
): Promise<void> {
  await context.database.inTransaction(async (tx) => {
    const about = await judged(tx, application_id);
    const me = asId<AccountId>(by.id);
    await refuseConflicted(tx, about, [me]);
    await refuseReviewing(tx, about.application, me);
    await act(tx, about, context.clock.now());
    // nor may they have asked themselves
    await refuseReviewing(tx, (await judged(tx, application_id)).application, me);
  });
  context.wake.send('news');
}

/** A coordinator takes an application to look whether it may be reviewed. */
export const screenApplication = (context: Context, desk: AtDesk): Promise<void> =>
  atDesk(context, desk, async (tx, { application: { id } }, at) => {
    const set = { due_at: program.daysAfter(at, SCREENING_DAYS) };
    await program.moveApplication(tx, 'screen', { id, by: desk.by, version: desk.version, at, set });
  });

/** Asks the applicant to change something; the clocks of the review rest meanwhile. */
export const askForChanges = (context: Context, desk: AtDesk & { asked: string }): Promise<void> =>
  atDesk(context, desk, async (tx, { application }, at) => {
    const { id } = application;
    const due_at = program.daysAfter(at, CHANGES_DAYS);
    await program.moveApplication(tx, 'ask_changes', {
      id,
      by: desk.by,
      version: desk.version,
      at,
      set: { due_at },
    });
    await restPanel(tx, application, at);
    await setTimer(tx, { kind: LAPSE_TIMER, subject_id: id, due_at, at });
    const { title } = application;
    await writeLetter(tx, context, application, (say) => say.changesLetter(title, desk.asked, due_at), at);
  });

/** Refuses an application before it is reviewed, with the reason. */
export const deskReject = (
  context: Context,
  desk: AtDesk & Pick<DecisionInput, 'reasons' | 'cool_down_days'>,
): Promise<void> =>
  atDesk(context, desk, async (tx, { application, revision }, at) => {
    const { id, panel, title } = application;
    const { by, version, reasons, cool_down_days } = desk;
    await program.moveApplication(tx, 'desk_reject', { id, by, version, at, set: { due_at: null } });
    await closePanel(tx, application, at);
    const letter = (say: Letters) => say.deskRejectionLetter(title, desk, program.daysAfter(at, APPEAL_DAYS));
    const letter_id = await writeLetter(tx, context, application, letter, at);
    await program.insertDecision(tx, {
      id: newId<DecisionId>(at),
      application_id: id,
      revision_id: revision.id,
      panel,
      outcome: 'desk_rejected',
      reasons,
      conditions: [],
      decided_by: asId<AccountId>(by.id),
      second_signer_id: null,
      contradicts_panel: false,
      letter_id,
      cool_down_days,
      decided_at: at,
    });
  });

/**
 * Gives an application to reviewers: those who are named, or as many as the quorum of those who are free. After changes
 * the same ones go on; from the waiting list it is another panel.
 */
export const beginReview = (
  context: Context,
  desk: AtDesk & { reviewers: readonly AccountId[] },
): Promise<void> =>
  atDesk(context, desk, async (tx, about, at) => {
    const { application, revision } = about;
    const { by, version, reviewers } = desk;
    const again = application.state === 'waitlisted';
    const panel = application.panel + Number(again);
    const quorum = again ? program.QUORUM : application.quorum;
    const due_at = program.daysAfter(at, PANEL_DAYS);
    const { id } = application;
    await program.moveApplication(tx, 'begin_review', {
      id,
      by,
      version,
      at,
      set: { due_at, panel, quorum },
    });
    await dropTimer(tx, { kind: LAPSE_TIMER, subject_id: id, at });
    const now = { application: { ...application, panel, quorum, state: 'in_review' as const }, revision };
    const going = await resumePanel(tx, now, by, at);
    await seat(tx, context, now, { reviewers, going, by }, at);
    await setTimer(tx, { kind: PANEL_TIMER, subject_id: id, due_at, at });
  });

/** Asks those who are named, and of those who are free as many as are still missing. */
export async function seat(
  tx: Tx,
  context: Context,
  about: Judged,
  { reviewers, going = 0, by }: { reviewers: readonly AccountId[]; going?: number; by: Actor },
  at: Date,
): Promise<void> {
  const { panel, quorum } = about.application;
  const missing = Math.max(0, quorum - going - reviewers.length);
  const free = (await freeReviewers(tx, about)).filter((one) => !reviewers.includes(one)).slice(0, missing);
  const asked = [...reviewers, ...free];
  if (going + asked.length < quorum)
    refuse('REVIEWERS_MISSING', { found: going + asked.length, needed: quorum });
  await refuseConflicted(tx, about, asked);
  for (const reviewer_id of reviewers) await refuseSeenOnAppeal(tx, about, reviewer_id);
  for (const reviewer_id of asked)
    await ask(tx, context, about, { reviewer_id, kind: 'panel', panel, by }, at);
  await askForGold(tx, context, asked, at);
}

/**
 * Asks one more reviewer, whoever is named or else is free. While the panel deliberates it goes back to review: in the
 * place of a review that was voided, or as one more.
 */
export const askAnother = (
  context: Context,
  desk: AtDesk & { reviewer_id: AccountId | null },
): Promise<void> =>
  atDesk(context, desk, async (tx, about, at) => {
    const { application } = about;
    const { by, version, reviewer_id } = desk;
    if (application.state !== 'in_review' && application.state !== 'deliberation')
      refuse('NOT_NOW', {
        state: application.state,
        act: 'ask_another',
        possible: [],
      });
    if (version !== application.version) refuse('STATE_CHANGED', { version: application.version });
    const { reviews } = await countReviews(tx, about);
    const kind = reviews.length >= application.quorum ? 'another' : 'panel';
    if (reviewer_id) {
      await refuseSeenOnAppeal(tx, about, reviewer_id);
      await ask(tx, context, about, { reviewer_id, kind, panel: application.panel, by }, at);
      await askForGold(tx, context, [reviewer_id], at);
    } else if (!(await askOneMore(tx, context, about, { kind, by }, at))) {
      refuse('REVIEWERS_MISSING', { found: 0, needed: 1 });
    }
    if (application.state === 'deliberation') await reviewOn(tx, application.id, by, at, { kind }, version);
  });

/** After an appeal only those look who have not seen it. */
async function refuseSeenOnAppeal(tx: Tx, { application }: Judged, reviewer_id: AccountId): Promise<void> {
  if (!(await program.appealOf(tx, application.id))) return;
  const earlier = await program.assignmentsOf(tx, application.id);
  const now = new Set((await panelOf(tx, application)).map(({ id }) => id));
  if (earlier.some((one) => one.reviewer_id === reviewer_id && !now.has(one.id))) refuse('ASKED_ALREADY');
}

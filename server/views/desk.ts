import type { DeskFile, DeskRow } from '#api/program/review-shapes.ts';
import type { Modality } from '#api/base.ts';
import { ApplicationState } from '#api/program/application-shapes.ts';
import type { Context } from '../context.ts';
import type { AccountId, ApplicationId } from '../ids.ts';
import type { Db } from '../kit/database.ts';
import { timersOf } from '../kit/timers.ts';
import * as identity from '../modules/identity/index.ts';
import * as program from '../modules/program/index.ts';
import { refuse } from '../refuse.ts';
import { presentRevision } from './applications.ts';
import { no, YES } from './can.ts';
import { conflictsOf, type Judged } from './conflicts.ts';
import { isIntact } from './intact.ts';
import { shownDecision } from './outcome.ts';
import { pageOf, placeOf } from './paging.ts';
import { mayDiscuss } from './panel-talk.ts';
import { people } from './people.ts';
import { revisionNumbers, shownReview } from './review.ts';

type DeskQuery = {
  state?: ApplicationState | undefined;
  modality?: Modality | undefined;
  overdue: boolean;
  limit: number;
  cursor?: string | undefined;
};

/** What waits at the desk: whose clock runs out first, and at the end what has none. */
export async function deskList(context: Context, viewer: AccountId, query: DeskQuery) {
  const { state, modality, overdue, limit, cursor } = query;
  const owner = `desk ${state ?? ''} ${modality ?? ''} ${overdue} ${viewer}`;
  const at = context.clock.now();
  const [due, last] = placeOf(context, owner, cursor) ?? [];
  const rows = await program.desk(context.db, {
    without: await program.reviewedNowBy(context.db, viewer),
    state: state ?? null,
    modality: modality ?? null,
    overdue_at: overdue ? at : null,
    after: last === undefined ? null : { due_at: due ? new Date(due) : null, id: last },
    limit: limit + 1,
  });
  const { shown, next_cursor } = pageOf(context, owner, rows, limit, (row) => [
    row.due_at?.toISOString() ?? '',
    row.id,
  ]);
  return { items: await presentRows(context.db, shown, at), next_cursor };
}

async function presentRows(db: Db, rows: readonly program.DeskRow[], at: Date): Promise<DeskRow[]> {
  const [person, counts] = await Promise.all([
    people(
      db,
      rows.map(({ applicant_id }) => applicant_id),
    ),
    program.panelCounts(
      db,
      rows.map(({ id }) => id),
    ),
  ]);
  return rows.map((row) => ({
    ...summaryOf(row),
    applicant: person(row.applicant_id),
    panel: row.panel,
    reviews: {
      in: counts.get(row.id)?.submitted ?? 0,
      asked: counts.get(row.id)?.asked ?? 0,
      quorum: row.quorum,
    },
    overdue: row.due_at !== null && row.due_at <= at,
  }));
}

const summaryOf = (row: Omit<program.DeskRow, 'applicant_id' | 'panel' | 'quorum'>) => ({
  id: row.id,
  title: row.title,
  modality: row.modality as Modality | null,
  state: ApplicationState.parse(row.state),
  version: row.version,
  revision: row.revision,
  begun_at: row.begun_at.toISOString(),
  submitted_at: row.submitted_at?.toISOString() ?? null,
  state_since: row.state_since.toISOString(),
  due_at: row.due_at?.toISOString() ?? null,
});

/** Who looks, and in which capacities they could act. */
export type DeskViewer = { id: AccountId; capacities: readonly ('coordinator' | 'chair')[] };

/** The whole file of an application, for whoever decides about it and has no interest in it. */
export async function deskFile(context: Context, viewer: DeskViewer, id: ApplicationId): Promise<DeskFile> {
  const { db } = context;
  const me = viewer.id;
  const about = await mayLookInto(db, me, id);
  const { application, revision } = about;
  const [revisions, assignments, letters, decisions, appeal, gold, proposal, steps, timers, remarks, intact] =
    await Promise.all([
      program.revisionsOf(db, id),
      program.assignmentsOf(db, id),
      program.lettersOf(db, id),
      program.decisionsOf(db, id),
      program.appealOf(db, id),
      program.goldOf(db, id),
      application.state === 'awaiting_signature' ? program.newestProposal(db, id) : undefined,
      program.stepsOfApplication(db, id),
      timersOf(db, id),
      program.remarksOf(db, id, application.panel),
      isIntact(db, revision),
    ]);
  const person = await people(db, [
    application.applicant_id,
    ...assignments.map(({ reviewer_id }) => reviewer_id),
    ...decisions.flatMap(({ decided_by, second_signer_id }) => [decided_by, second_signer_id ?? []].flat()),
    ...[appeal?.answered_by ?? [], gold?.marked_by ?? [], proposal?.chair_id ?? []].flat(),
    ...steps.map(({ actor }) => actor).filter(isUuid),
    ...remarks.map(({ author_id }) => author_id),
  ]);
  const mine = assignments.filter(({ reviewer_id }) => reviewer_id === me);
  const seen = await panelSeen(db, about, assignments, me);
  return {
    application: {
      ...summaryOf(application),
      applicant: person(application.applicant_id),
      panel: application.panel,
      quorum: application.quorum,
    },
    revisions: revisions.map(presentRevision),
    intact,
    ...seen,
    candidates: await candidatesFor(db, about, assignments),
    remarks: seen.hidden
      ? []
      : remarks.map(({ author_id, text, said_at }) => ({
          by: person(author_id).display_name,
          mine: author_id === me,
          text,
          said_at: said_at.toISOString(),
        })),
    proposal: proposal
      ? {
          said: proposal.said,
          by: person(proposal.chair_id),
          proposed_at: proposal.proposed_at.toISOString(),
        }
      : null,
    decisions: decisions.map((decision) => ({
      ...shownDecision(decision),
      decided_by: person(decision.decided_by),
      second_signer: decision.second_signer_id ? person(decision.second_signer_id) : null,
    })),
    letters,
    appeal: appeal
      ? {
          grounds: appeal.grounds,
          appealed_at: appeal.appealed_at.toISOString(),
          outcome: appeal.outcome,
          reasons: appeal.reasons,
          answered_by: appeal.answered_by ? person(appeal.answered_by) : null,
        }
      : null,
    gold: gold
      ? {
          scores: gold.scores,
          note: gold.note,
          marked_by: person(gold.marked_by),
          marked_at: gold.marked_at.toISOString(),
        }
      : null,
    timers: timers.map(({ kind, due_at, left_ms }) => ({
      kind,
      due_at: due_at?.toISOString() ?? null,
      left_ms: left_ms === null ? null : Number(left_ms),
    })),
    steps: steps.map(({ act, from_state, to_state, actor, capacity, at }) => ({
      act,
      from: from_state === null ? null : ApplicationState.parse(from_state),
      to: ApplicationState.parse(to_state),
      by: isUuid(actor) ? person(actor).display_name : 'The product',
      as: capacity,
      at: at.toISOString(),
    })),
    can: deskActs(application, viewer, mine, decisions, proposal?.chair_id ?? null),
  };
}

/** An application and its newest revision, for somebody who has no interest in it and does not review it. */
export async function mayLookInto(db: Db, me: AccountId, id: ApplicationId): Promise<Judged> {
  const application = (await program.applicationById(db, id)) ?? refuse('NOT_FOUND');
  const revision = (await program.newestRevision(db, id)) ?? refuse('NOT_FOUND');
  await refuseInterested(db, { application, revision }, me);
  await refuseReviewing(db, application, me);
  return { application, revision };
}

const isUuid = (text: string) => /^[0-9a-f]{8}-/.test(text);

/** Whoever reviews it is blind, whatever else they are. */
export async function refuseReviewing(
  db: Db,
  application: program.Application,
  me: AccountId,
): Promise<void> {
  const all = await program.assignmentsOf(db, application.id);
  if (program.reviewsNow(application, all, me))
    refuse('NOT_ALLOWED', {
      why: 'You review this application: until it is decided you see it as its reviewer.',
    });
}

/** The names of reviewers and what they wrote are not for those who are judged. */
async function refuseInterested(db: Db, about: Judged, me: AccountId): Promise<void> {
  const conflicts = (await conflictsOf(db, about, [me])).get(me) ?? [];
  const own = conflicts.filter(({ kind }) => kind !== 'declared');
  if (own.length > 0) refuse('CONFLICT_OF_INTEREST', { reasons: own.map(({ says }) => says) });
}

/** Assignments with their reviews; somebody who reviews it too sees no other before they have submitted. */
async function panelSeen(db: Db, about: Judged, assignments: readonly program.Assignment[], me: AccountId) {
  const { application, revision } = about;
  const { id: application_id, panel, quorum } = application;
  const hidden = assignments.some(
    (one) => one.reviewer_id === me && one.state === 'assigned' && one.panel === panel,
  );
  const reviewers = assignments.map(({ reviewer_id }) => reviewer_id);
  const [person, conflicts, versions, numberOf, counted] = await Promise.all([
    people(db, reviewers),
    conflictsOf(db, about, reviewers),
    program.reviewsOf(
      db,
      assignments.map(({ id }) => id),
    ),
    revisionNumbers(db, application_id),
    program.countedReviews(db, { application_id, panel, revision_id: revision.id }),
  ]);
  const more = assignments.filter(
    (one) =>
      one.panel === panel &&
      one.kind === 'another' &&
      (one.state === 'assigned' || one.state === 'submitted'),
  );
  return {
    hidden,
    stand: program.standOf(hidden ? [] : counted, quorum + more.length),
    assignments: assignments.map((one) => ({
      id: one.id,
      reviewer: person(one.reviewer_id),
      panel: one.panel,
      kind: one.kind,
      state: one.state,
      revision: numberOf(one.revision_id),
      assigned_at: one.assigned_at.toISOString(),
      due_at: one.due_at.toISOString(),
      reason: one.reason,
      conflicts: conflicts.get(one.reviewer_id) ?? [],
      reviews: hidden
        ? []
        : versions
            .filter(({ assignment_id }) => assignment_id === one.id)
            .map((review) => shownReview(review, numberOf)),
    })),
  };
}

const CANDIDATES_MAX = 200;

async function candidatesFor(
  db: Db,
  about: Judged,
  assignments: readonly program.Assignment[],
): Promise<DeskFile['candidates']> {
  const reviewers = await identity.listAccounts(db, { role: 'reviewer', after: null, limit: CANDIDATES_MAX });
  const ids = reviewers.map(({ id }) => id);
  const [conflicts, open] = await Promise.all([conflictsOf(db, about, ids), program.openByReviewer(db, ids)]);
  const asked = new Set<string>(assignments.map(({ reviewer_id }) => reviewer_id));
  return reviewers
    .map(({ id, handle, display_name }) => ({
      reviewer: { handle, display_name },
      open: open.get(id) ?? 0,
      asked_before: asked.has(id),
      conflicts: conflicts.get(id) ?? [],
    }))
    .toSorted((a, b) => a.conflicts.length - b.conflicts.length || a.open - b.open);
}

function deskActs(
  application: program.Application,
  { id: me, capacities }: DeskViewer,
  mine: readonly program.Assignment[],
  decisions: readonly program.Decided[],
  proposed_by: string | null,
): DeskFile['can'] {
  const { state } = application;
  const { acts } = program.applicationMachine;
  const may = (act: program.ApplicationAct) =>
    !capacities.some((as) => acts[act].who.includes(as))
      ? no(`This is for: ${acts[act].who.join(', ')}.`)
      : acts[act].from.includes(state)
        ? YES
        : no('Not in the state that it is in.');
  const reviewed = mine.some((one) => one.kind !== 'gold' && one.state !== 'declined');
  const refused = decisions.some(
    ({ outcome, decided_by, second_signer_id }) =>
      (outcome === 'rejected' || outcome === 'desk_rejected') &&
      (decided_by === me || second_signer_id === me),
  );
  const asChair = (can: { allowed: boolean; why: string | null }) =>
    !can.allowed
      ? can
      : reviewed
        ? no('You were asked to review it: another chair decides.')
        : refused
          ? no('You had a part in the refusal: somebody new decides.')
          : YES;
  const decide = state === 'deliberation' ? may('accept') : no('The panel does not deliberate.');
  return {
    screen: may('screen'),
    ask_changes: may('ask_changes'),
    desk_reject: may('desk_reject'),
    begin_review: may('begin_review'),
    ask_another: state === 'in_review' || state === 'deliberation' ? YES : no('It is not being reviewed.'),
    decide: asChair(decide),
    sign:
      proposed_by === me
        ? no('You proposed it: another chair has to sign it as well.')
        : asChair(may('decline_to_sign')),
    answer_appeal: asChair(may('uphold')),
    mark_gold: YES,
    discuss: capacities.includes('chair') ? mayDiscuss(application, mine, true) : no('This is for chairs.'),
  };
}

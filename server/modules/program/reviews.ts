import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { sql } from 'kysely';
import type { JsonObject } from '#db';
import {
  AssignmentState,
  Conflict,
  Recommendation,
  type ReviewInput,
  type Scores,
} from '#api/program/review-shapes.ts';
import * as z from 'zod';
import {
  type AccountId,
  type ApplicationId,
  asId,
  type AssignmentId,
  type DeclaredConflictId,
  type ReviewId,
  type RevisionId,
} from '../../ids.ts';
import type { Db, Tx } from '../../kit/database.ts';
import { oneOf } from '../../kit/insert-all.ts';
import { type Actor, begin, stepsOf, takeStep } from '../../kit/state-machine.ts';
import { applicationMachine } from './application-machine.ts';
import { type AssignmentAct, reviewMachine } from './review-machine.ts';

export type AssignmentKind = 'panel' | 'another' | 'gold';

export type NewAssignment = {
  id: AssignmentId;
  application_id: ApplicationId;
  revision_id: RevisionId;
  reviewer_id: AccountId;
  panel: number;
  kind: AssignmentKind;
  due_at: Date;
  evidence: JsonObject;
};

/** Asks a reviewer; answers false when this panel asked them before. */
export async function insertAssignment(
  tx: Tx,
  assignment: NewAssignment,
  by: Actor,
  at: Date,
): Promise<boolean> {
  const { id, evidence, ...rest } = assignment;
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('program.assignment')
    .values({ id, ...rest, evidence, state: reviewMachine.begins, assigned_at: at })
    .onConflict((conflict) => conflict.constraint('assignment_once').doNothing())
    .executeTakeFirst();
  if (numInsertedOrUpdatedRows !== 1n) return false;
  await begin(tx, reviewMachine, { id, by, at });
  return true;
}

const assignments = (db: Db) => db.selectFrom('program.assignment').selectAll();

const readAssignment = (
  row: Awaited<ReturnType<ReturnType<typeof assignments>['executeTakeFirstOrThrow']>>,
) => ({
  ...row,
  id: asId<AssignmentId>(row.id),
  application_id: asId<ApplicationId>(row.application_id),
  revision_id: asId<RevisionId>(row.revision_id),
  reviewer_id: asId<AccountId>(row.reviewer_id),
  kind: z.enum(['panel', 'another', 'gold']).parse(row.kind),
  state: AssignmentState.parse(row.state),
  draft: Object(row.draft) as JsonObject,
  conflicts: Evidence.parse(row.evidence).conflicts,
});
const Evidence = z.object({ conflicts: z.array(Conflict) });
export type Assignment = ReturnType<typeof readAssignment>;

export async function assignmentById(db: Db, id: AssignmentId): Promise<Assignment | undefined> {
  const row = await assignments(db).where('id', '=', id).executeTakeFirst();
  return row && readAssignment(row);
}

/** Everybody who was asked about an application, in the order in which they were. */
export async function assignmentsOf(db: Db, application_id: ApplicationId): Promise<Assignment[]> {
  const rows = await assignments(db)
    .where('application_id', '=', application_id)
    .orderBy('assigned_at')
    .orderBy('id')
    .execute();
  return rows.map(readAssignment);
}

/** What a reviewer was asked for: what is to be done first, whose time ends first. */
export async function assignmentsOfReviewer(
  db: Db,
  reviewer_id: AccountId,
  { open, after, limit }: { open: boolean; after: { at: Date; id: string } | null; limit: number },
): Promise<Assignment[]> {
  let query = assignments(db)
    .where('reviewer_id', '=', reviewer_id)
    .where('state', open ? '=' : '!=', 'assigned');
  const way = open ? sql`>` : sql`<`;
  if (after)
    query = query.where(sql<boolean>`(due_at, id) ${way} (${after.at}::timestamptz, ${after.id}::uuid)`);
  const order = open ? 'asc' : 'desc';
  const rows = await query.orderBy('due_at', order).orderBy('id', order).limit(limit).execute();
  return rows.map(readAssignment);
}

export const moveAssignment = (
  tx: Tx,
  act: AssignmentAct,
  step: {
    id: AssignmentId;
    by: Actor;
    at: Date;
    detail?: Record<string, unknown>;
    set?: { reason?: string; revision_id?: RevisionId; due_at?: Date; draft?: JsonObject };
  },
): Promise<number> => takeStep(tx, reviewMachine, act, step);

/** An open assignment goes on with a newer revision, until a later time. */
export async function showNewer(
  tx: Tx,
  id: AssignmentId,
  { revision_id, due_at }: { revision_id: RevisionId; due_at: Date },
): Promise<void> {
  await tx.updateTable('program.assignment').set({ revision_id, due_at }).where('id', '=', id).execute();
}

/** Saves what a reviewer wrote, if it builds on `draft_version`; answers the new one, or null when it does not. */
export async function saveReviewDraft(
  tx: Tx,
  id: AssignmentId,
  saved: { draft: JsonObject; notes: string; draft_version: number },
): Promise<number | null> {
  const { draft, notes, draft_version } = saved;
  const row = await tx
    .updateTable('program.assignment')
    .set({ draft, notes, draft_version: draft_version + 1 })
    .where('id', '=', id)
    .where('draft_version', '=', draft_version)
    .returning('draft_version')
    .executeTakeFirst();
  return row?.draft_version ?? null;
}

/** The applications that somebody is to review blindly now. */
export async function reviewedNowBy(db: Db, reviewer_id: AccountId): Promise<ApplicationId[]> {
  const rows = await db
    .selectFrom('program.assignment as s')
    .innerJoin('program.application as a', 'a.id', 's.application_id')
    .select('s.application_id')
    .where('s.reviewer_id', '=', reviewer_id)
    .where('s.state', 'in', ['assigned', 'submitted'])
    .where('s.kind', '!=', 'gold')
    .whereRef('s.panel', '=', 'a.panel')
    .where('a.state', 'in', [...UNDECIDED])
    .execute();
  return rows.map(({ application_id }) => asId<ApplicationId>(application_id));
}

/** The states in which the panel of an application may still look at it. */
const UNDECIDED = new Set<string>([
  ...['submitted', 'screening', 'needs_changes'],
  ...['in_review', 'deliberation', 'awaiting_signature'],
]);

/** Whether somebody is in the panel that looks at an application now: who is, stays blind until it is decided. */
export const reviewsNow = (
  { state, panel }: { state: string; panel: number },
  all: readonly Assignment[],
  person_id: AccountId,
): boolean =>
  UNDECIDED.has(state) &&
  all.some(
    (one) =>
      one.reviewer_id === person_id &&
      one.panel === panel &&
      one.kind !== 'gold' &&
      (one.state === 'assigned' || one.state === 'submitted'),
  );

/** How many reviews each of these people is writing. */
export async function openByReviewer(db: Db, reviewers: readonly AccountId[]): Promise<Map<string, number>> {
  const rows = await db
    .selectFrom('program.assignment')
    .select(['reviewer_id', ({ fn }) => fn.countAll<bigint>().as('open')])
    .where('state', '=', 'assigned')
    .where('reviewer_id', '=', oneOf(reviewers))
    .groupBy('reviewer_id')
    .execute();
  return new Map(rows.map(({ reviewer_id, open }) => [reviewer_id, Number(open)]));
}

export type NewReview = ReviewInput & {
  id: ReviewId;
  assignment_id: AssignmentId;
  revision_id: RevisionId;
  number: number;
  after_release: boolean;
  submitted_at: Date;
};

export async function insertReview(tx: Tx, { scores, ...review }: NewReview): Promise<void> {
  await tx
    .insertInto('program.review')
    .values({ ...review, ...scores })
    .execute();
}

/** Every version of the reviews of these assignments, newest first. */
export async function reviewsOf(db: Db, of: readonly AssignmentId[]) {
  const rows = await db
    .selectFrom('program.review')
    .selectAll()
    .where('assignment_id', '=', oneOf(of))
    .orderBy('number', 'desc')
    .execute();
  return rows.map(({ creativity, utility, impact, quality, safety, ...row }) => ({
    ...row,
    assignment_id: asId<AssignmentId>(row.assignment_id),
    revision_id: asId<RevisionId>(row.revision_id),
    recommendation: Recommendation.parse(row.recommendation),
    scores: { creativity, utility, impact, quality, safety } satisfies Scores,
  }));
}
export type Review = Awaited<ReturnType<typeof reviewsOf>>[number];

/**
 * What counts of a panel: of each assignment that is submitted and not about gold the newest version, where it is of
 * the revision that is asked about.
 */
export async function countedReviews(
  db: Db,
  {
    application_id,
    panel,
    revision_id,
  }: { application_id: ApplicationId; panel: number; revision_id: RevisionId },
): Promise<(Review & { reviewer_id: AccountId })[]> {
  const submitted = (await assignmentsOf(db, application_id)).filter(
    (one) =>
      one.panel === panel &&
      one.kind !== 'gold' &&
      one.state === 'submitted' &&
      one.revision_id === revision_id,
  );
  const versions = await reviewsOf(
    db,
    submitted.map(({ id }) => id),
  );
  return submitted.flatMap(({ id, reviewer_id }) => {
    const newest = versions.find(({ assignment_id }) => assignment_id === id);
    return newest ? [{ ...newest, reviewer_id }] : [];
  });
}

export async function declareConflict(
  tx: Tx,
  declared: {
    id: DeclaredConflictId;
    person_id: AccountId;
    application_id: ApplicationId | null;
    with_id: AccountId | null;
    reason: string;
    declared_at: Date;
  },
): Promise<void> {
  await tx.insertInto('program.declared_conflict').values(declared).execute();
}

/** What these people declared that concerns an application or one of those who stand behind it. */
export async function declaredConflicts(
  db: Db,
  people: readonly AccountId[],
  about: { application_id: ApplicationId; with_ids: readonly AccountId[] },
) {
  return db
    .selectFrom('program.declared_conflict')
    .select(['person_id', 'reason'])
    .where('person_id', '=', oneOf(people))
    .where(({ eb, or }) =>
      or([eb('application_id', '=', about.application_id), eb('with_id', '=', oneOf(about.with_ids))]),
    )
    .execute();
}

/** How many people somebody declared that they cannot judge. */
export async function declaredCount(db: Db, person_id: AccountId): Promise<number> {
  const { count } = await db
    .selectFrom('program.declared_conflict')
    .select(({ fn }) => fn.countAll<bigint>().as('count'))
    .where('person_id', '=', person_id)
    .where('with_id', 'is not', null)
    .executeTakeFirstOrThrow();
  return Number(count);
}

export async function declaredBy(db: Db, person_id: AccountId) {
  return db
    .selectFrom('program.declared_conflict')
    .select(['id', 'application_id', 'with_id', 'reason', 'declared_at'])
    .where('person_id', '=', person_id)
    .orderBy('declared_at', 'desc')
    .orderBy('id', 'desc')
    .limit(100)
    .execute();
}

/** Whether a revision still is what its digest is of. */
export async function revisionIsIntact(db: Db, id: RevisionId): Promise<boolean> {
  const row = await db
    .selectFrom('program.revision')
    .select(['content', 'canonical', 'digest'])
    .where('id', '=', id)
    .executeTakeFirst();
  if (!row) return false;
  const { content } = z.object({ content: z.unknown() }).parse(JSON.parse(row.canonical));
  const digest = `sha256:${createHash('sha256').update(row.canonical).digest('hex')}`;
  return digest === row.digest && canonicalize(content) === canonicalize(row.content);
}

/** The steps that an application has taken, oldest first. */
export const stepsOfApplication = (db: Db, id: ApplicationId) => stepsOf(db, applicationMachine, id);

import { sql } from 'kysely';
import * as z from 'zod';
import type { JsonObject } from '#db';
import type { Modality } from '#api/base.ts';
import { CoolDown, DecisionInput, DecisionOutcome, Letter, type Scores } from '#api/program/review-shapes.ts';
import {
  type AccountId,
  type ApplicationId,
  asId,
  type DecisionId,
  type LetterId,
  type ProposalId,
  type RemarkId,
  type RevisionId,
} from '../../ids.ts';
import { DAY_MS } from '../../kit/clock.ts';
import type { Db, Tx } from '../../kit/database.ts';
import { oneOf } from '../../kit/insert-all.ts';
import type { ApplicationState } from './application-machine.ts';

/** Who decides about an application, or asks somebody about it, does so one after the other. */
export async function lockApplication(tx: Tx, id: ApplicationId): Promise<void> {
  await tx.selectFrom('program.application').select('id').where('id', '=', id).forUpdate().execute();
}

export type Decided = {
  id: DecisionId;
  application_id: ApplicationId;
  revision_id: RevisionId;
  panel: number;
  outcome: DecisionOutcome | 'desk_rejected';
  reasons: string;
  conditions: { text: string; due_on: string }[];
  decided_by: AccountId;
  second_signer_id: AccountId | null;
  contradicts_panel: boolean;
  letter_id: LetterId;
  cool_down_days: CoolDown;
  decided_at: Date;
};
type CoolDown = z.infer<typeof CoolDown>;

export async function insertDecision(tx: Tx, decision: Decided): Promise<void> {
  const conditions = JSON.stringify(decision.conditions);
  await tx
    .insertInto('program.decision')
    .values({ ...decision, conditions })
    .execute();
}

const Conditions = z.array(z.object({ text: z.string(), due_on: z.string() }));

/** The decisions about an application, newest first: one of each panel. */
export async function decisionsOf(db: Db, application_id: ApplicationId): Promise<Decided[]> {
  const rows = await db
    .selectFrom('program.decision')
    .selectAll()
    .where('application_id', '=', application_id)
    .orderBy('panel', 'desc')
    .execute();
  return rows.map((row) => ({
    ...row,
    id: asId<DecisionId>(row.id),
    application_id: asId<ApplicationId>(row.application_id),
    revision_id: asId<RevisionId>(row.revision_id),
    outcome: z.union([DecisionOutcome, z.literal('desk_rejected')]).parse(row.outcome),
    conditions: Conditions.parse(row.conditions),
    decided_by: asId<AccountId>(row.decided_by),
    second_signer_id: row.second_signer_id === null ? null : asId<AccountId>(row.second_signer_id),
    letter_id: asId<LetterId>(row.letter_id),
    cool_down_days: CoolDown.parse(row.cool_down_days),
  }));
}

/**
 * Until when an applicant may not begin another application: null now, or an instant, or for ever. An application that
 * was looked at anew counts as it was decided last.
 */
export async function coolDownOf(
  db: Db,
  applicant_id: AccountId,
  at: Date,
): Promise<{ until: Date | 'never' } | null> {
  const rows = await db
    .selectFrom('program.decision as d')
    .innerJoin('program.application as a', 'a.id', 'd.application_id')
    .select(['d.cool_down_days', 'd.decided_at'])
    .distinctOn('d.application_id')
    .where('a.applicant_id', '=', applicant_id)
    .where('a.state', 'in', ['rejected', 'desk_rejected', 'upheld', 'appealed'])
    .orderBy('d.application_id')
    .orderBy('d.panel', 'desc')
    .execute();
  if (rows.some(({ cool_down_days }) => cool_down_days === null)) return { until: 'never' };
  const ends = rows.map(
    ({ cool_down_days, decided_at }) => new Date(decided_at.getTime() + (cool_down_days ?? 0) * DAY_MS),
  );
  const last = ends.toSorted((a, b) => b.getTime() - a.getTime())[0];
  return last && last > at ? { until: last } : null;
}

export async function insertProposal(
  tx: Tx,
  proposal: {
    id: ProposalId;
    application_id: ApplicationId;
    revision_id: RevisionId;
    panel: number;
    said: DecisionInput;
    chair_id: AccountId;
    proposed_at: Date;
  },
): Promise<void> {
  const said = JSON.stringify(proposal.said);
  await tx
    .insertInto('program.proposal')
    .values({ ...proposal, said })
    .execute();
}

/** The decision that waits for a second signer. */
export async function newestProposal(db: Db, application_id: ApplicationId) {
  const row = await db
    .selectFrom('program.proposal')
    .select(['revision_id', 'panel', 'said', 'chair_id', 'proposed_at'])
    .where('application_id', '=', application_id)
    .orderBy('proposed_at', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row && { ...row, said: DecisionInput.parse(row.said), chair_id: asId<AccountId>(row.chair_id) };
}

export async function insertLetter(
  tx: Tx,
  letter: {
    id: LetterId;
    application_id: ApplicationId;
    kind: Letter['kind'];
    template: string;
    subject: string;
    text: string;
    facts: JsonObject;
    written_at: Date;
  },
): Promise<void> {
  await tx.insertInto('program.letter').values(letter).execute();
}

/** What an applicant was written, oldest first. */
export async function lettersOf(db: Db, application_id: ApplicationId): Promise<Letter[]> {
  const rows = await db
    .selectFrom('program.letter')
    .select(['id', 'kind', 'template', 'subject', 'text', 'written_at'])
    .where('application_id', '=', application_id)
    .orderBy('written_at')
    .orderBy('id')
    .execute();
  return rows.map((row) => Letter.parse({ ...row, written_at: row.written_at.toISOString() }));
}

export async function insertRemark(
  tx: Tx,
  remark: {
    id: RemarkId;
    application_id: ApplicationId;
    panel: number;
    author_id: AccountId;
    text: string;
    said_at: Date;
  },
): Promise<void> {
  await tx.insertInto('program.remark').values(remark).execute();
}

export async function remarksOf(db: Db, application_id: ApplicationId, panel: number) {
  const rows = await db
    .selectFrom('program.remark')
    .select(['author_id', 'text', 'said_at'])
    .where('application_id', '=', application_id)
    .where('panel', '=', panel)
    .orderBy('said_at')
    .orderBy('id')
    .limit(500)
    .execute();
  return rows.map((row) => ({ ...row, author_id: asId<AccountId>(row.author_id) }));
}

export async function insertAppeal(
  tx: Tx,
  appeal: { application_id: ApplicationId; grounds: string; appealed_at: Date },
): Promise<void> {
  await tx.insertInto('program.appeal').values(appeal).execute();
}

export async function appealOf(db: Db, application_id: ApplicationId) {
  const row = await db
    .selectFrom('program.appeal')
    .selectAll()
    .where('application_id', '=', application_id)
    .executeTakeFirst();
  return row && { ...row, outcome: z.enum(['upheld', 'reopened']).nullable().parse(row.outcome) };
}

export async function answerAppeal(
  tx: Tx,
  application_id: ApplicationId,
  answer: { outcome: 'upheld' | 'reopened'; reasons: string; answered_by: AccountId; answered_at: Date },
): Promise<void> {
  await tx.updateTable('program.appeal').set(answer).where('application_id', '=', application_id).execute();
}

/** Marks an application as gold; answers false when it is already. */
export async function insertGold(
  tx: Tx,
  gold: {
    application_id: ApplicationId;
    revision_id: RevisionId;
    scores: Scores;
    note: string;
    marked_by: AccountId;
    marked_at: Date;
  },
): Promise<boolean> {
  const { scores, ...rest } = gold;
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('program.gold')
    .values({ ...rest, ...scores })
    .onConflict((conflict) => conflict.column('application_id').doNothing())
    .executeTakeFirst();
  return numInsertedOrUpdatedRows === 1n;
}

export async function goldOf(db: Db, application_id: ApplicationId) {
  const row = await db
    .selectFrom('program.gold')
    .selectAll()
    .where('application_id', '=', application_id)
    .executeTakeFirst();
  if (!row) return undefined;
  const { creativity, utility, impact, quality, safety, note, marked_by, marked_at } = row;
  return { scores: { creativity, utility, impact, quality, safety }, note, marked_by, marked_at };
}

/**
 * A gold application that a reviewer has never looked at, if it is time for one: a tenth of what each of them is asked
 * for.
 */
export async function goldDueFor(
  db: Db,
  reviewer_id: AccountId,
): Promise<{ application_id: ApplicationId; revision_id: RevisionId } | null> {
  const { rows } = await sql<{ application_id: ApplicationId; revision_id: RevisionId }>`
    with asked as (
      select count(*) filter (where kind = 'gold') as gold, count(*) filter (where kind <> 'gold') as real
      from program.assignment where reviewer_id = ${reviewer_id})
    select g.application_id, g.revision_id from program.gold g, asked
    where (asked.gold + 1) * 9 <= asked.real
      and not exists (select from program.assignment a
        where a.application_id = g.application_id and a.reviewer_id = ${reviewer_id})
    order by g.marked_at limit 1`.execute(db);
  return rows[0] ?? null;
}

export type DeskQuery = {
  /** Left out. */
  without: readonly ApplicationId[];
  state: ApplicationState | null;
  modality: Modality | null;
  overdue_at: Date | null;
  after: { due_at: Date | null; id: string } | null;
  limit: number;
};

/** What lies on the desk: whose clock runs out first; what has none comes last. */
export async function desk(db: Db, { without, state, modality, overdue_at, after, limit }: DeskQuery) {
  let query = db
    .selectFrom('program.application as a')
    .select([
      'a.id',
      'a.applicant_id',
      'a.title',
      'a.modality',
      'a.state',
      'a.version',
      'a.revision',
      'a.begun_at',
      'a.submitted_at',
      'a.state_since',
      'a.due_at',
      'a.panel',
      'a.quorum',
    ])
    .where('a.submitted_at', 'is not', null);
  if (without.length > 0) query = query.where('a.id', 'not in', [...without]);
  if (state) query = query.where('a.state', '=', state);
  if (modality) query = query.where('a.modality', '=', modality);
  if (overdue_at) query = query.where('a.due_at', '<=', overdue_at);
  if (after?.due_at)
    query = query.where(
      sql<boolean>`((a.due_at, a.id) > (${after.due_at}::timestamptz, ${after.id}::uuid) or a.due_at is null)`,
    );
  else if (after)
    query = query.where('a.due_at', 'is', null).where('a.id', '>', asId<ApplicationId>(after.id));
  return query.orderBy('a.due_at').orderBy('a.id').limit(limit).execute();
}
export type DeskRow = Awaited<ReturnType<typeof desk>>[number];

/** How many reviews of their present panel these applications have, and how many were asked for. */
export async function panelCounts(db: Db, ids: readonly string[]) {
  const { rows } = await sql<{ id: string; asked: number; submitted: number }>`
    select a.id, count(*)::int4 as asked, count(*) filter (where s.state = 'submitted')::int4 as submitted
    from program.application a
    join program.assignment s on s.application_id = a.id and s.panel = a.panel
    where a.id = ${oneOf(ids)} and s.kind <> 'gold' and s.state in ('assigned', 'submitted')
    group by a.id`.execute(db);
  return new Map(rows.map(({ id, ...counts }) => [id, counts]));
}

/** What reviewers said of gold applications beside what was agreed, and how each keeps their time. */
export async function reviewersAgainstGold(db: Db, reviewer_id: AccountId | null) {
  const { rows } = await sql<{
    reviewer_id: string;
    reviews: number;
    gold: number;
    in_time: number;
    late: number;
    silent: number;
    differences: number[];
  }>`
    with newest as (
      select distinct on (r.assignment_id) r.*, s.reviewer_id, s.kind, s.application_id
      from program.review r join program.assignment s on s.id = r.assignment_id
      order by r.assignment_id, r.number desc),
    first as (
      select s.reviewer_id, s.state, s.due_at, r.submitted_at from program.assignment s
      left join program.review r on r.assignment_id = s.id and r.number = 1)
    select f.reviewer_id,
      count(f.submitted_at)::int4 as reviews,
      (select count(*)::int4 from newest n where n.reviewer_id = f.reviewer_id and n.kind = 'gold') as gold,
      count(*) filter (where f.submitted_at <= f.due_at)::int4 as in_time,
      count(*) filter (where f.submitted_at > f.due_at)::int4 as late,
      count(*) filter (where f.state = 'reassigned')::int4 as silent,
      array(select unnest(array[n.creativity - g.creativity, n.utility - g.utility, n.impact - g.impact,
          n.quality - g.quality, n.safety - g.safety]::int4[])
        from newest n join program.gold g on g.application_id = n.application_id
        where n.reviewer_id = f.reviewer_id and n.kind = 'gold') as differences
    from first f
    where ${reviewer_id}::uuid is null or f.reviewer_id = ${reviewer_id}
    group by f.reviewer_id order by f.reviewer_id`.execute(db);
  return rows;
}

/** What was said of each revision in a time, by month: the newest version of each review that counts. */
export async function reviewsByMonth(db: Db, from: Date, until: Date) {
  const { rows } = await sql<{ month: string; application_id: string; scores: Scores }>`
    select to_char(r.submitted_at at time zone 'UTC', 'YYYY-MM') as month, s.application_id,
      jsonb_build_object('creativity', r.creativity, 'utility', r.utility, 'impact', r.impact,
        'quality', r.quality, 'safety', r.safety) as scores
    from program.review r join program.assignment s on s.id = r.assignment_id
    where r.submitted_at >= ${from} and r.submitted_at < ${until} and s.state <> 'voided'
      and not exists (select from program.review n
        where n.assignment_id = r.assignment_id and n.number > r.number)`.execute(db);
  return rows;
}

import { sql } from 'kysely';
import { Decision, ReportedKind, ReportReason } from '#api/moderation/report-shapes.ts';
import type * as z from 'zod';
import { type AccountId, asId, type ObjectionId, type ReportId, type RulingId } from '../../ids.ts';
import type { Db, Tx } from '../../kit/database.ts';

/** What is reported and ruled on: a kind of thing, and which. */
export type Reportable = { kind: ReportedKind; subject_id: string };

export type Report = Reportable & {
  id: ReportId;
  reporter_id: AccountId;
  owner_id: AccountId;
  reason: z.infer<typeof ReportReason>;
  text: string;
  at: Date;
};

export type Ruling = Reportable & {
  id: RulingId;
  owner_id: AccountId;
  decision: z.infer<typeof Decision>;
  reason: string;
  by_id: AccountId;
  answers: ObjectionId | null;
  at: Date;
};

export type Objection = { id: ObjectionId; ruling_id: RulingId; by_id: AccountId; text: string; at: Date };

/** Whatever is done about one thing is done one after the other. */
export async function lockReportable(tx: Tx, { kind, subject_id }: Reportable): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`reported ${kind} ${subject_id}`}, 0))`.execute(
    tx,
  );
}

/** What somebody says at once in two places is counted one after the other. */
export async function lockReporter(tx: Tx, reporter_id: AccountId): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`reporter ${reporter_id}`}, 0))`.execute(tx);
}

/** When somebody reported something since an instant, and whether it was an entry of a competition; the oldest first. */
export async function reportsBy(
  db: Db,
  reporter_id: AccountId,
  since: Date,
): Promise<{ at: Date; of_entry: boolean }[]> {
  const { rows } = await sql<{ at: Date; of_entry: boolean }>`
    select at, kind = 'entry' as of_entry from moderation.report
    where reporter_id = ${reporter_id} and at > ${since} order by at`.execute(db);
  return rows;
}

export async function insertReport(tx: Tx, report: Report): Promise<void> {
  await tx.insertInto('moderation.report').values(report).execute();
}

export async function insertRuling(tx: Tx, ruling: Ruling): Promise<void> {
  await tx.insertInto('moderation.ruling').values(ruling).execute();
}

export async function insertObjection(tx: Tx, objection: Objection): Promise<void> {
  await tx.insertInto('moderation.objection').values(objection).execute();
}

type RulingRow = Omit<Ruling, 'id' | 'kind' | 'decision' | 'owner_id' | 'by_id' | 'answers'> &
  Record<'id' | 'kind' | 'decision' | 'owner_id' | 'by_id', string> & { answers: string | null };
const readRuling = (row: RulingRow): Ruling => ({
  ...row,
  id: asId<RulingId>(row.id),
  kind: ReportedKind.parse(row.kind),
  decision: Decision.parse(row.decision),
  owner_id: asId<AccountId>(row.owner_id),
  by_id: asId<AccountId>(row.by_id),
  answers: row.answers === null ? null : asId<ObjectionId>(row.answers),
});

/** Everything that was decided about a thing, the newest first. */
export async function rulingsOn(db: Db, { kind, subject_id }: Reportable): Promise<Ruling[]> {
  const rows = await db
    .selectFrom('moderation.ruling')
    .selectAll()
    .where('kind', '=', kind)
    .where('subject_id', '=', subject_id)
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .execute();
  return rows.map(readRuling);
}

export async function lastRuling(db: Db, kind: ReportedKind, subject_id: string): Promise<Ruling | null> {
  const [last] = await rulingsOn(db, { kind, subject_id });
  return last ?? null;
}

export async function rulingsByIds(db: Db, ids: readonly RulingId[]): Promise<Ruling[]> {
  if (ids.length === 0) return [];
  const rows = await db
    .selectFrom('moderation.ruling')
    .selectAll()
    .where('id', 'in', [...ids])
    .execute();
  return rows.map(readRuling);
}

const RULINGS_SHOWN = 100;

/** What was decided about things of one person that changed anything, the newest first. */
export async function rulingsAgainst(db: Db, owner_id: AccountId): Promise<Ruling[]> {
  const rows = await db
    .selectFrom('moderation.ruling')
    .selectAll()
    .where('owner_id', '=', owner_id)
    .where('decision', '!=', 'nothing')
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(RULINGS_SHOWN)
    .execute();
  return rows.map(readRuling);
}

/** What people said of a thing since it was last decided about, the oldest first. */
export async function openReports(db: Db, { kind, subject_id }: Reportable): Promise<Report[]> {
  const { rows } = await sql<
    Record<'id' | 'reporter_id' | 'owner_id' | 'kind' | 'reason', string> &
      Pick<Report, 'subject_id' | 'text' | 'at'>
  >`
    select r.* from moderation.report r
    where r.kind = ${kind} and r.subject_id = ${subject_id}
      and not exists (select from moderation.ruling u where u.kind = r.kind and u.subject_id = r.subject_id and u.at >= r.at)
    order by r.at, r.id`.execute(db);
  return rows.map((row) => ({
    ...row,
    id: asId<ReportId>(row.id),
    reporter_id: asId<AccountId>(row.reporter_id),
    owner_id: asId<AccountId>(row.owner_id),
    kind: ReportedKind.parse(row.kind),
    reason: ReportReason.parse(row.reason),
  }));
}

export async function objectionsTo(db: Db, ruling_ids: readonly RulingId[]): Promise<Objection[]> {
  if (ruling_ids.length === 0) return [];
  const rows = await db
    .selectFrom('moderation.objection')
    .selectAll()
    .where('ruling_id', 'in', [...ruling_ids])
    .execute();
  return rows.map((row) => ({
    ...row,
    id: asId<ObjectionId>(row.id),
    ruling_id: asId<RulingId>(row.ruling_id),
    by_id: asId<AccountId>(row.by_id),
  }));
}

/** Which of these objections were answered. */
export async function answeredOf(db: Db, ids: readonly ObjectionId[]): Promise<Set<string>> {
  if (ids.length === 0) return new Set();
  const rows = await db
    .selectFrom('moderation.ruling')
    .select('answers')
    .where('answers', 'in', [...ids])
    .execute();
  return new Set(rows.flatMap(({ answers }) => answers ?? []));
}

export type Waiting = Reportable & { owner_id: AccountId; since: Date };

/** What is to be decided, first come, first served: reported since it was last decided about, or objected to. */
export async function waitingMatters(db: Db, limit: number): Promise<Waiting[]> {
  const { rows } = await sql<{ kind: string; subject_id: string; owner_id: string; since: Date }>`
    select kind, subject_id, min(owner_id::text) as owner_id, min(at) as since from (
      select r.kind, r.subject_id, r.owner_id, r.at from moderation.report r
      where not exists (select from moderation.ruling u where u.kind = r.kind and u.subject_id = r.subject_id and u.at >= r.at)
      union all
      select u.kind, u.subject_id, u.owner_id, o.at from moderation.objection o join moderation.ruling u on u.id = o.ruling_id
      where not exists (select from moderation.ruling a where a.answers = o.id)) waiting
    group by kind, subject_id order by since, subject_id limit ${limit}`.execute(db);
  return rows.map(readWaiting);
}

/** What was decided, the newest first. */
export async function decidedMatters(db: Db, limit: number): Promise<Waiting[]> {
  const { rows } = await sql<{ kind: string; subject_id: string; owner_id: string; since: Date }>`
    select kind, subject_id, min(owner_id::text) as owner_id, max(at) as since from moderation.ruling
    group by kind, subject_id order by since desc, subject_id limit ${limit}`.execute(db);
  return rows.map(readWaiting);
}

const readWaiting = (row: { kind: string; subject_id: string; owner_id: string; since: Date }): Waiting => ({
  ...row,
  kind: ReportedKind.parse(row.kind),
  owner_id: asId<AccountId>(row.owner_id),
});

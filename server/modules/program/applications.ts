import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { sql } from 'kysely';
import type { JsonObject } from '#db';
import { Modality } from '#api/base.ts';
import { ApplicationContent, ApplicationState } from '#api/program/application-shapes.ts';
import { type AccountId, type ApplicationId, asId, type ModelId, type RevisionId } from '../../ids.ts';
import { present } from '../../kit/assert.ts';
import type { Db, Tx } from '../../kit/database.ts';
import { type Actor, actsFrom, begin, takeStep } from '../../kit/state-machine.ts';
import { type ApplicationAct, applicationMachine } from './application-machine.ts';

export type NewApplication = {
  id: ApplicationId;
  applicant_id: AccountId;
  draft: JsonObject;
  title: string;
  modality: Modality | null;
  follows_id: ApplicationId | null;
};

export async function beginApplication(tx: Tx, application: NewApplication, at: Date): Promise<void> {
  const { id, applicant_id, draft, ...rest } = application;
  const dates = { draft_at: at, begun_at: at, state_since: at };
  const state = applicationMachine.begins;
  await tx
    .insertInto('program.application')
    .values({ id, applicant_id, draft, ...rest, state, ...dates })
    .execute();
  await begin(tx, applicationMachine, { id, by: { id: applicant_id, as: 'applicant' }, at });
}

/** Whether an application in this state may still lead to a model without an appeal. */
export const isOpen = (state: ApplicationState): boolean =>
  actsFrom(applicationMachine, state).some((act) => act !== 'appeal');

/** Counts what somebody has open; who asks for the same account meanwhile waits. */
export async function countOpen(tx: Tx, applicant_id: AccountId): Promise<number> {
  await sql`select pg_advisory_xact_lock(hashtext('applications'), hashtext(${applicant_id}))`.execute(tx);
  return openApplications(tx, applicant_id);
}

/** How many somebody has open. */
export async function openApplications(db: Db, applicant_id: AccountId): Promise<number> {
  const { open } = await db
    .selectFrom('program.application')
    .select(({ fn }) => fn.countAll<string>().as('open'))
    .where('applicant_id', '=', applicant_id)
    .where('state', 'in', ApplicationState.options.filter(isOpen))
    .executeTakeFirstOrThrow();
  return Number(open);
}

/** How many somebody has begun since then, whatever became of them. */
export async function countBegun(db: Db, applicant_id: AccountId, since: Date): Promise<number> {
  const { begun } = await db
    .selectFrom('program.application')
    .select(({ fn }) => fn.countAll<string>().as('begun'))
    .where('applicant_id', '=', applicant_id)
    .where('begun_at', '>=', since)
    .executeTakeFirstOrThrow();
  return Number(begun);
}

/** The application of its applicant, which nobody else changes until the transaction ends. */
export async function lockOwn(
  tx: Tx,
  id: ApplicationId,
  applicant_id: AccountId,
): Promise<Application | undefined> {
  const row = await applications(tx)
    .where('id', '=', id)
    .where('applicant_id', '=', applicant_id)
    .forUpdate()
    .executeTakeFirst();
  return row && read(row);
}

/** Saves what the applicant wrote, if it builds on `draft_version`; answers the new one, or null when it does not. */
export async function saveDraft(
  tx: Tx,
  id: ApplicationId,
  saved: { draft: JsonObject; draft_version: number; title: string; modality: Modality | null },
  at: Date,
): Promise<number | null> {
  const { draft, draft_version, title, modality } = saved;
  const row = await tx
    .updateTable('program.application')
    .set(({ eb }) => ({
      draft,
      draft_version: draft_version + 1,
      draft_at: at,
      // lists go on showing what was submitted
      title: eb.case().when('revision', '=', 0).then(title).else(eb.ref('title')).end(),
      modality: eb.case().when('revision', '=', 0).then(modality).else(eb.ref('modality')).end(),
    }))
    .where('id', '=', id)
    .where('draft_version', '=', draft_version)
    .returning('draft_version')
    .executeTakeFirst();
  return row?.draft_version ?? null;
}

/** Forgets what a draft said that nobody will submit. */
export async function emptyDraft(tx: Tx, id: ApplicationId, at: Date): Promise<void> {
  await tx
    .updateTable('program.application')
    .set(({ eb }) => ({ draft: {}, draft_version: eb('draft_version', '+', 1), draft_at: at }))
    .where('id', '=', id)
    .execute();
}

const applications = (db: Db) => db.selectFrom('program.application').selectAll();

const read = (row: Awaited<ReturnType<ReturnType<typeof applications>['executeTakeFirstOrThrow']>>) => ({
  ...row,
  id: asId<ApplicationId>(row.id),
  applicant_id: asId<AccountId>(row.applicant_id),
  state: ApplicationState.parse(row.state),
  modality: Modality.nullable().parse(row.modality),
  draft: Object(row.draft) as JsonObject,
  follows_id: row.follows_id && asId<ApplicationId>(row.follows_id),
  model_id: row.model_id && asId<ModelId>(row.model_id),
});
export type Application = ReturnType<typeof read>;

export async function applicationById(db: Db, id: ApplicationId): Promise<Application | undefined> {
  const row = await applications(db).where('id', '=', id).executeTakeFirst();
  return row && read(row);
}

export async function applicationsOf(
  db: Db,
  applicant_id: AccountId,
  { after, limit }: { after: { at: Date; id: string } | null; limit: number },
): Promise<Application[]> {
  let query = applications(db).where('applicant_id', '=', applicant_id);
  if (after)
    query = query.where(sql<boolean>`(begun_at, id) < (${after.at}::timestamptz, ${after.id}::uuid)`);
  const rows = await query.orderBy('begun_at', 'desc').orderBy('id', 'desc').limit(limit).execute();
  return rows.map(read);
}

/** One step of an application; `set` are columns that change with it. The time since when it is so is always set. */
export const moveApplication = (
  tx: Tx,
  act: ApplicationAct,
  step: {
    id: ApplicationId;
    by: Actor;
    at: Date;
    version?: number | undefined;
    detail?: Record<string, unknown>;
    set?: {
      due_at?: Date | null;
      revision?: number;
      title?: string;
      modality?: Modality;
      submitted_at?: Date;
      model_id?: ModelId;
      panel?: number;
      quorum?: number;
    };
  },
): Promise<number> =>
  takeStep(tx, applicationMachine, act, { ...step, set: { ...step.set, state_since: step.at } });

export type NewRevision = {
  id: RevisionId;
  application_id: ApplicationId;
  number: number;
  content: ApplicationContent;
  form_version: string;
  terms_version: string;
  rights_version: string;
  rights_text: string;
  submitted_at: Date;
};

/** The text that the digest of a revision is of: what was said, and the words that were affirmed with it. */
export function canonicalRevision(
  revision: Pick<NewRevision, 'content' | 'form_version' | 'rights_version' | 'rights_text'>,
): { canonical: string; digest: string } {
  const { content, form_version, rights_version, rights_text } = revision;
  const said = { content, form_version, rights: { version: rights_version, text: rights_text } };
  const canonical = present(canonicalize(said), 'the canonical form of a revision');
  return { canonical, digest: `sha256:${createHash('sha256').update(canonical).digest('hex')}` };
}

/** Keeps a revision for ever; answers its digest. */
export async function insertRevision(tx: Tx, revision: NewRevision): Promise<string> {
  const { canonical, digest } = canonicalRevision(revision);
  await tx
    .insertInto('program.revision')
    .values({ ...revision, content: JSON.stringify(revision.content), canonical, digest })
    .execute();
  return digest;
}

const revisions = (db: Db) => db.selectFrom('program.revision').selectAll();

const readRevision = (row: Awaited<ReturnType<ReturnType<typeof revisions>['executeTakeFirstOrThrow']>>) => ({
  ...row,
  id: asId<RevisionId>(row.id),
  application_id: asId<ApplicationId>(row.application_id),
  content: ApplicationContent.parse(row.content),
});
export type Revision = ReturnType<typeof readRevision>;

/** All revisions of an application, newest first. */
export async function revisionsOf(db: Db, application_id: ApplicationId): Promise<Revision[]> {
  const rows = await revisions(db)
    .where('application_id', '=', application_id)
    .orderBy('number', 'desc')
    .execute();
  return rows.map(readRevision);
}

export async function revisionById(db: Db, id: RevisionId): Promise<Revision | undefined> {
  const row = await revisions(db).where('id', '=', id).executeTakeFirst();
  return row && readRevision(row);
}

/** What reviewers look at; undefined while nothing was submitted. */
export async function newestRevision(db: Db, application_id: ApplicationId): Promise<Revision | undefined> {
  const row = await revisions(db)
    .where('application_id', '=', application_id)
    .orderBy('number', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row && readRevision(row);
}

/** The application by which a model came; undefined where it was published without one. */
export async function applicationOfModel(db: Db, model_id: ModelId): Promise<Application | undefined> {
  const found = await db
    .selectFrom('program.application')
    .select('id')
    .where('model_id', '=', model_id)
    .executeTakeFirst();
  return found && applicationById(db, asId<ApplicationId>(found.id));
}

/** What the application of a published model said it was made from; of one that came without any, nothing. */
export async function lineageOfModel(db: Db, model_id: ModelId): Promise<ApplicationContent['lineage']> {
  const application = await db
    .selectFrom('program.application')
    .select('id')
    .where('model_id', '=', model_id)
    .executeTakeFirst();
  const revision = application && (await newestRevision(db, asId<ApplicationId>(application.id)));
  return revision?.content.lineage ?? { kind: 'original' };
}

const TITLE_CHARS_MAX = 60;

/** What lists show of a draft: half a title is one, and no title is none. */
export function headOf(draft: JsonObject): { title: string; modality: Modality | null } {
  const { title, modality } = draft;
  const said = typeof title === 'string' ? title.replace(/[\p{Cc}\u2028\u2029]/gu, ' ').trim() : '';
  return {
    title: said.slice(0, TITLE_CHARS_MAX).toWellFormed(),
    modality: Modality.safeParse(modality).data ?? null,
  };
}

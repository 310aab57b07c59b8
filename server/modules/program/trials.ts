import { sql } from 'kysely';
import * as z from 'zod';
import { Modality } from '#api/base.ts';
import { type ApplicationId, asId, type TrialId } from '../../ids.ts';
import type { Db, Tx } from '../../kit/database.ts';
import type { MediaFile } from '../../kit/media-file.ts';

export type NewTrial = MediaFile & {
  id: TrialId;
  application_id: ApplicationId;
  modality: Modality;
  input: Record<string, unknown>;
  made_at: Date;
};

/** How many samples a draft keeps, and how many were ever made for it. */
export async function countTrials(
  db: Db,
  application_id: ApplicationId,
): Promise<{ kept: number; ever: number }> {
  const { kept, ever } = await db
    .selectFrom('program.trial')
    .select(({ fn }) => [
      fn.countAll<string>().as('ever'),
      fn.countAll<string>().filterWhere('removed_at', 'is', null).as('kept'),
    ])
    .where('application_id', '=', application_id)
    .executeTakeFirstOrThrow();
  return { kept: Number(kept), ever: Number(ever) };
}

/** Keeps what a trial made; whoever asks has locked the application and seen that there is room. */
export async function keepTrial(tx: Tx, trial: NewTrial): Promise<void> {
  await tx
    .insertInto('program.trial')
    .values({
      ...trial,
      thumbnail: trial.thumbnail && JSON.stringify(trial.thumbnail),
      input: JSON.stringify(trial.input),
    })
    .execute();
}

/** Takes a sample out of the draft; answers whether it was in. */
export async function dropTrial(tx: Tx, application_id: ApplicationId, id: TrialId, at: Date) {
  const row = await tx
    .updateTable('program.trial')
    .set({ removed_at: at })
    .where('id', '=', id)
    .where('application_id', '=', application_id)
    .where('removed_at', 'is', null)
    .returning('id')
    .executeTakeFirst();
  return row !== undefined;
}

const Thumbnail = z.object({ digest: z.string(), width: z.int(), height: z.int() });
const JsonObject = z.record(z.string(), z.unknown());

const trials = (db: Db) => db.selectFrom('program.trial').selectAll();

const read = (row: Awaited<ReturnType<ReturnType<typeof trials>['executeTakeFirstOrThrow']>>) => ({
  ...row,
  id: asId<TrialId>(row.id),
  modality: Modality.parse(row.modality),
  thumbnail: Thumbnail.nullable().parse(row.thumbnail),
  input: JsonObject.parse(row.input),
});
export type Trial = ReturnType<typeof read>;

/** The samples of a draft, oldest first. */
export async function trialsOf(db: Db, application_id: ApplicationId): Promise<Trial[]> {
  const rows = await trials(db)
    .where('application_id', '=', application_id)
    .where('removed_at', 'is', null)
    .orderBy('id')
    .execute();
  return rows.map(read);
}

/** Those that a revision names, also when they were taken out of the draft since. */
export async function trialsByIds(db: Db, ids: readonly string[]): Promise<Trial[]> {
  if (ids.length === 0) return [];
  const rows = await trials(db)
    .where('id', 'in', [...ids])
    .orderBy('id')
    .execute();
  return rows.map(read);
}

/** Every file of the samples of applications. */
export async function storedTrialFiles(db: Db): Promise<{ trial_id: string; digest: string }[]> {
  const { rows } = await sql<{ trial_id: string; digest: string }>`
    select id as trial_id, digest from program.trial
    union select id, thumbnail ->> 'digest' from program.trial where thumbnail is not null
    order by 1, 2`.execute(db);
  return rows;
}

import * as z from 'zod';
import { CategoryPlan } from '#api/competitions/shapes.ts';
import { type AccountId, asId, type TemplateId } from '../../ids.ts';
import type { Db, Tx } from '../../kit/database.ts';
import type { Calendar } from './instants.ts';

/** When next month's draft is due. */
export const DRAFT_TIMER = 'round.draft';

export type TemplateSaid = Calendar & {
  title: string;
  theme: string;
  story: string;
  categories: CategoryPlan[];
  repeats: boolean;
  lead_days: number;
};
export type Template = TemplateSaid & {
  id: TemplateId;
  written_by: AccountId;
  written_at: Date;
  version: number;
};

const all = (db: Db) => db.selectFrom('competitions.template').selectAll();
const read = (row: Awaited<ReturnType<ReturnType<typeof all>['executeTakeFirstOrThrow']>>): Template => ({
  ...row,
  id: asId(row.id),
  written_by: asId(row.written_by),
  categories: z.array(CategoryPlan).parse(row.categories),
});

export async function insertTemplate(
  tx: Tx,
  { categories, ...template }: TemplateSaid & Pick<Template, 'id' | 'written_by' | 'written_at'>,
): Promise<void> {
  await tx
    .insertInto('competitions.template')
    .values({ ...template, categories: JSON.stringify(categories) })
    .execute();
}

/** Written anew as a whole, by whoever saw its newest version; false: somebody else was faster. */
export async function writeTemplate(
  tx: Tx,
  { id, version }: Pick<Template, 'id' | 'version'>,
  { categories, ...said }: TemplateSaid & Pick<Template, 'written_by' | 'written_at'>,
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('competitions.template')
    .set({ ...said, categories: JSON.stringify(categories), version: version + 1 })
    .where('id', '=', id)
    .where('version', '=', version)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

export async function templateById(db: Db, id: TemplateId): Promise<Template | undefined> {
  const row = await all(db).where('id', '=', id).executeTakeFirst();
  return row && read(row);
}

/** Keeps it as it is until the transaction ends. */
export async function lockTemplate(tx: Tx, id: TemplateId): Promise<Template | undefined> {
  const row = await all(tx).where('id', '=', id).forUpdate().executeTakeFirst();
  return row && read(row);
}

export async function templates(db: Db): Promise<Template[]> {
  return (await all(db).orderBy('written_at', 'desc').orderBy('id').limit(50).execute()).map(read);
}

import { sql } from 'kysely';
import * as z from 'zod';
import { EditField } from '#api/registry/edit-refusal.ts';
import { EditValue, Visibility } from '#api/registry/edit-shapes.ts';
import type { JsonValue } from '#db';
import { type AccountId, asId, type EditSetId, type ModelId } from '../../ids.ts';
import type { Db, Tx } from '../../kit/database.ts';
import { insertAll } from '../../kit/insert-all.ts';
import type { Editable, FieldEdit } from './edit-rules.ts';

const EDITABLE = ['id', 'slug', 'title', 'summary', 'description', 'tags', 'visibility', 'version'] as const;

/** Somebody's models among these, by slug. */
export async function editableModels(
  db: Db,
  owner_id: AccountId,
  slugs: readonly string[],
): Promise<Map<string, Editable>> {
  const rows = await db
    .selectFrom('registry.model')
    .select(EDITABLE)
    .where('creator_id', '=', owner_id)
    .where(sql<boolean>`slug = any(${[...slugs]}::text[])`)
    .execute();
  return new Map(rows.map((row) => [row.slug, readEditable(row)]));
}

/** The same, kept as they are until the end of the transaction. */
export async function modelsToEdit(
  tx: Tx,
  owner_id: AccountId,
  slugs: readonly string[],
): Promise<Map<string, Editable>> {
  // one order for everybody: two sets over the same models wait for each other and never in a circle
  await sql`
    select from registry.model where creator_id = ${owner_id} and slug = any(${[...slugs]}::text[])
    order by id for update`.execute(tx);
  return editableModels(tx, owner_id, slugs);
}

const readEditable = ({
  id,
  visibility,
  ...row
}: Omit<Editable, 'id' | 'visibility'> & Record<'id' | 'visibility', string>) => ({
  ...row,
  id: asId<ModelId>(id),
  visibility: Visibility.parse(visibility),
});

/** Writes a set of edits: the models as they are from now on, and what each field was and is. */
export async function writeEdits(
  tx: Tx,
  set: { id: EditSetId; owner_id: AccountId; at: Date; undoes_id: EditSetId | null },
  edits: readonly FieldEdit[],
): Promise<void> {
  await tx.insertInto('registry.edit_set').values(set).execute();
  await insertAll(
    tx,
    'registry.edit',
    edits.map(({ model, field, old_value, new_value }) => ({
      edit_set_id: set.id,
      model_id: model.id,
      field,
      old_value: asJson(old_value),
      new_value: asJson(new_value),
      version: model.version + 1,
    })),
  );
  const rows = [...changed(edits).values()].map(({ id, title, summary, description, tags, visibility }) => ({
    ...{ id, title, summary, description, tags, visibility },
  }));
  await sql`
    update registry.model m
    set title = n.title, summary = n.summary, description = n.description, tags = n.tags,
        visibility = n.visibility, version = m.version + 1
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      as n(id uuid, title text, summary text, description text, tags text[], visibility text)
    where m.id = n.id`.execute(tx);
}

const asJson = (value: EditValue): JsonValue => (Array.isArray(value) ? [...value] : value);

/** Each model as it is after the edits. */
function changed(edits: readonly FieldEdit[]): Map<string, Editable> {
  const models = new Map<string, Editable>();
  for (const { model, field, new_value } of edits)
    models.set(model.id, { ...(models.get(model.id) ?? model), [field]: new_value });
  return models;
}

export type EditSet = {
  id: EditSetId;
  owner_id: AccountId;
  at: Date;
  undoes_id: EditSetId | null;
  undone_by: EditSetId | null;
  models: number;
  fields: EditField[];
  /** Whether one of its fields was edited again by another set. */
  edited_later: boolean;
  /** Whether one of its models is somebody else's by now. */
  gone: boolean;
};

const SetRow = z.object({
  id: z.string(),
  owner_id: z.string(),
  at: z.date(),
  undoes_id: z.string().nullable(),
  undone_by: z.string().nullable(),
  models: z.int(),
  fields: z.array(EditField),
  edited_later: z.boolean(),
  gone: z.boolean(),
});

const readSet = (row: unknown): EditSet => {
  const { id, owner_id, undoes_id, undone_by, ...rest } = SetRow.parse(row);
  return {
    ...rest,
    id: asId<EditSetId>(id),
    owner_id: asId<AccountId>(owner_id),
    undoes_id: undoes_id === null ? null : asId<EditSetId>(undoes_id),
    undone_by: undone_by === null ? null : asId<EditSetId>(undone_by),
  };
};

const ABOUT_SET = sql`
  s.id, s.owner_id, s.at, s.undoes_id,
  (select u.id from registry.edit_set u where u.undoes_id = s.id) as undone_by,
  (select count(distinct e.model_id)::int4 from registry.edit e where e.edit_set_id = s.id) as models,
  (select array_agg(distinct e.field order by e.field) from registry.edit e where e.edit_set_id = s.id) as fields,
  exists (select from registry.edit e
    join registry.edit l on l.model_id = e.model_id and l.field = e.field and l.version > e.version
    where e.edit_set_id = s.id) as edited_later,
  exists (select from registry.edit e join registry.model m on m.id = e.model_id
    where e.edit_set_id = s.id and m.creator_id <> s.owner_id) as gone`;

/** Somebody's sets of edits, newest first; those that touched one model, if it is named. */
export async function editSetsOf(
  db: Db,
  owner_id: AccountId,
  options: { model_id: ModelId | null; after: { at: Date; id: string } | null; limit: number },
): Promise<EditSet[]> {
  const { model_id, after, limit } = options;
  const { rows } = await sql`
    select ${ABOUT_SET} from registry.edit_set s
    where s.owner_id = ${owner_id}
    ${after ? sql`and (s.at, s.id) < (${after.at}::timestamptz, ${after.id}::uuid)` : sql``}
    ${
      model_id
        ? sql`and exists (select from registry.edit e where e.edit_set_id = s.id and e.model_id = ${model_id})`
        : sql``
    }
    order by s.at desc, s.id desc limit ${limit}`.execute(db);
  return rows.map(readSet);
}

export async function editSetById(db: Db, id: EditSetId): Promise<EditSet | undefined> {
  const { rows } = await sql`select ${ABOUT_SET} from registry.edit_set s where s.id = ${id}`.execute(db);
  return rows.map(readSet)[0];
}

/** The lines of a set, in the order of its models; `edited_later`: another set touched the field since. */
export async function editsOf(db: Db, id: EditSetId) {
  const { rows } = await sql<{
    slug: string;
    title: string;
    field: string;
    old_value: unknown;
    new_value: unknown;
    edited_later: boolean;
  }>`
    select m.slug, m.title, e.field, e.old_value, e.new_value,
      exists (select from registry.edit l
        where l.model_id = e.model_id and l.field = e.field and l.version > e.version) as edited_later
    from registry.edit e join registry.model m on m.id = e.model_id
    where e.edit_set_id = ${id} order by m.slug, e.field`.execute(db);
  return rows.map(({ field, old_value, new_value, ...row }) => {
    const values = { old_value: EditValue.parse(old_value), new_value: EditValue.parse(new_value) };
    return { ...row, field: EditField.parse(field), ...values };
  });
}

/** The names of the first models of each of these sets. */
export async function titlesOfSets(
  db: Db,
  ids: readonly EditSetId[],
  each: number,
): Promise<Map<string, { slug: string; title: string }[]>> {
  const { rows } = await sql<{ edit_set_id: string; slug: string; title: string }>`
    select s.id as edit_set_id, m.slug, m.title from unnest(${[...ids]}::uuid[]) s(id),
      lateral (select distinct m.slug, m.title from registry.edit e join registry.model m on m.id = e.model_id
        where e.edit_set_id = s.id order by m.slug limit ${each}) m`.execute(db);
  return Map.groupBy(rows, ({ edit_set_id }) => edit_set_id);
}

/** The last edit of each of these models. */
export async function lastEdits(
  db: Db,
  model_ids: readonly string[],
): Promise<Map<string, { edit_set_id: string; at: Date; fields: EditField[] }>> {
  const { rows } = await sql<{ model_id: string; edit_set_id: string; at: Date; fields: string[] }>`
    select e.model_id, e.edit_set_id, s.at, array_agg(e.field order by e.field) as fields
    from registry.edit e join registry.edit_set s on s.id = e.edit_set_id
    join registry.model m on m.id = e.model_id and m.version = e.version
    where e.model_id = any(${[...model_ids]}::uuid[])
    group by e.model_id, e.edit_set_id, s.at`.execute(db);
  return new Map(
    rows.map(({ model_id, ...row }) => [
      model_id,
      { ...row, fields: row.fields.map((field) => EditField.parse(field)) },
    ]),
  );
}

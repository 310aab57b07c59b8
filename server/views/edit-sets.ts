import type { EditSetSummary } from '#api/registry/edit-shapes.ts';
import type { Context } from '../context.ts';
import { type AccountId, asId, type EditSetId, type ModelId } from '../ids.ts';
import { present } from '../kit/assert.ts';
import * as registry from '../modules/registry/index.ts';
import { refuse } from '../refuse.ts';
import { no, YES } from './can.ts';
import { whyNotEdit } from './may-edit.ts';
import { pageOf, placeOf, rowOf } from './paging.ts';
import { people } from './people.ts';

const TITLES_SHOWN = 3;

/** What somebody edited, newest first. */
export async function editSetList(
  context: Context,
  owner_id: AccountId,
  { slug, limit, cursor }: { slug?: string | undefined; limit: number; cursor?: string | undefined },
) {
  const { db } = context;
  const model = slug === undefined ? null : await registry.modelBySlug(db, slug);
  if (slug !== undefined && model?.creator_id !== owner_id) refuse('NOT_FOUND');
  const owner = `edit sets ${owner_id} ${slug ?? ''}`;
  const after = rowOf(placeOf(context, owner, cursor));
  const model_id = model ? asId<ModelId>(model.id) : null;
  const found = await registry.editSetsOf(db, owner_id, { model_id, after, limit: limit + 1 });
  const { shown, next_cursor } = pageOf(context, owner, found, limit, ({ at, id }) => [at.toISOString(), id]);
  return { items: await summaries(context, owner_id, shown), next_cursor };
}

/** One of them, line by line. */
export async function editSet(context: Context, owner_id: AccountId, id: EditSetId) {
  const found = await registry.editSetById(context.db, id);
  if (found?.owner_id !== owner_id) refuse('NOT_FOUND');
  const [[summary], lines] = await Promise.all([
    summaries(context, owner_id, [found]),
    registry.editsOf(context.db, id),
  ]);
  return {
    ...present(summary, 'the summary of a set of edits'),
    lines: lines.map(({ edited_later: _, ...line }) => line),
  };
}

async function summaries(
  context: Context,
  owner_id: AccountId,
  sets: readonly registry.EditSet[],
): Promise<EditSetSummary[]> {
  const { db } = context;
  const [titles, person, may] = await Promise.all([
    registry.titlesOfSets(
      db,
      sets.map(({ id }) => id),
      TITLES_SHOWN,
    ),
    people(db, [owner_id]),
    whyNotEdit(context, owner_id),
  ]);
  return sets.map((set) => ({
    id: set.id,
    at: set.at.toISOString(),
    by: person(set.owner_id),
    models: set.models,
    fields: set.fields,
    titles: titles.get(set.id)?.map(({ slug, title }) => ({ slug, title })) ?? [],
    undoes: set.undoes_id,
    undone_by: set.undone_by,
    can: { undo: may.allowed ? mayUndo(set) : may },
  }));
}

function mayUndo({ undone_by, gone, edited_later }: registry.EditSet) {
  if (undone_by) return no('It was undone.');
  if (gone) return no('One of its models is not yours any more.');
  if (edited_later) return no('Something in it was edited again afterwards.');
  return YES;
}

import type { EditPlan, ModelChange } from '#api/registry/edit-shapes.ts';
import type { Context } from '../context.ts';
import { type AccountId, type EditSetId, newId } from '../ids.ts';
import { audit } from '../kit/audit.ts';
import type { Db, Tx } from '../kit/database.ts';
import { tell } from '../kit/outbox.ts';
import * as registry from '../modules/registry/index.ts';
import { refuse } from '../refuse.ts';
import { demandStanding } from './standing-of.ts';

/** Edits somebody's models: all rows or none, by the versions that they saw. */
export async function editModels(
  context: Context,
  owner_id: AccountId,
  { changes, dry_run }: { changes: readonly ModelChange[]; dry_run: boolean },
): Promise<EditPlan> {
  const slugs = changes.map(({ slug }) => slug);
  return carryOut(context, owner_id, {
    dry_run,
    undoes_id: null,
    look: async (db) => registry.draftOf(changes, await registry.editableModels(db, owner_id, slugs)),
    keep: async (tx) => registry.draftOf(changes, await registry.modelsToEdit(tx, owner_id, slugs)),
    rows: changes.length,
  });
}

/** Puts back what a set changed, by another set. */
export async function undoEdits(
  context: Context,
  owner_id: AccountId,
  { id, dry_run }: { id: EditSetId; dry_run: boolean },
): Promise<EditPlan> {
  const set = await registry.editSetById(context.db, id);
  if (set?.owner_id !== owner_id) refuse('NOT_FOUND');
  if (set.undone_by) refuse('ALREADY_UNDONE');
  const slugs = [...new Set((await registry.editsOf(context.db, id)).map(({ slug }) => slug))];
  const draft = async (db: Db, models: ReadonlyMap<string, registry.Editable>) =>
    registry.draftOfUndo(await registry.editsOf(db, id), models);
  return carryOut(context, owner_id, {
    dry_run,
    undoes_id: id,
    look: async (db) => draft(db, await registry.editableModels(db, owner_id, slugs)),
    // the lines are read once the models are kept: nobody edits them between
    keep: async (tx) => {
      const models = await registry.modelsToEdit(tx, owner_id, slugs);
      if ((await registry.editSetById(tx, id))?.undone_by) refuse('ALREADY_UNDONE');
      return draft(tx, models);
    },
    rows: slugs.length,
  });
}

type Wanted = {
  dry_run: boolean;
  undoes_id: EditSetId | null;
  /** What would be done, as it is now. */
  look(db: Db): Promise<registry.EditDraft>;
  /** The same, with the models kept as they are until the end of the transaction. */
  keep(tx: Tx): Promise<registry.EditDraft>;
  rows: number;
};

async function carryOut(context: Context, owner_id: AccountId, wanted: Wanted): Promise<EditPlan> {
  const { clock, database, db, wake } = context;
  await demandStanding(context, owner_id, 'edit');
  if (wanted.dry_run) return planOf(await wanted.look(db), wanted.rows, null);
  const at = clock.now();
  const id = newId<EditSetId>(at);
  const plan = await database.inTransaction(async (tx) => {
    const draft = await wanted.keep(tx);
    if (draft.refusals.length > 0) refuse('EDIT_REFUSED', { refusals: draft.refusals });
    if (draft.edits.length === 0) refuse('NOTHING_TO_CHANGE');
    await registry.writeEdits(tx, { id, owner_id, at, undoes_id: wanted.undoes_id }, draft.edits);
    await announce(tx, draft, { id, owner_id, at, undoes_id: wanted.undoes_id });
    return planOf(draft, wanted.rows, id);
  });
  wake.send('news');
  return plan;
}

async function announce(
  tx: Tx,
  { edits }: registry.EditDraft,
  {
    id,
    owner_id,
    at,
    undoes_id,
  }: { id: EditSetId; owner_id: AccountId; at: Date; undoes_id: EditSetId | null },
): Promise<void> {
  const model_ids = [...new Set(edits.map(({ model }) => model.id))];
  const fields = [...new Set(edits.map(({ field }) => field))].sort();
  const detail = { models: model_ids.length, fields, ...(undoes_id && { undoes_id }) };
  const act = undoes_id ? 'models.undo_edit' : 'models.edit';
  await audit(tx, { at, actor: owner_id, act, subject: id, detail });
  await tell(tx, 'models.edited', { edit_set_id: id, creator_id: owner_id, model_ids, fields }, at);
}

function planOf(
  { edits, refusals }: registry.EditDraft,
  rows: number,
  edit_set_id: EditSetId | null,
): EditPlan {
  return {
    edit_set_id,
    rows,
    models: new Set(edits.map(({ model }) => model.id)).size,
    lines: edits.map(({ model, field, old_value, new_value }) => ({
      ...{ slug: model.slug, title: model.title, field, old_value, new_value },
    })),
    refusals,
  };
}

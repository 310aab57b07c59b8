import type { Export, ExportWish } from '#api/analytics/export-shapes.ts';
import { EXPORTS_KEPT_MAX, EXPORTS_OPEN_MAX } from '#api/analytics/export-limits.ts';
import type { Context } from '../context.ts';
import { type AccountId, type ExportId, newId } from '../ids.ts';
import { present } from '../kit/assert.ts';
import * as analytics from '../modules/analytics/index.ts';
import { refuse } from '../refuse.ts';
import { resolveWish } from '../views/analytics/export-wish.ts';
import { shownExport } from '../views/exports.ts';

/** Writes down what is wanted; the worker makes it. */
export async function orderExport(context: Context, person_id: AccountId, wish: ExportWish): Promise<Export> {
  const { database, clock, wake } = context;
  const at = clock.now();
  const resolved = await resolveWish(context, person_id, wish);
  const { dataset, format } = wish;
  const id = newId<ExportId>(at);
  const row = await database.inTransaction(async (tx) => {
    await analytics.takeTurnToOrder(tx, person_id);
    const { open, kept } = await analytics.countExports(tx, person_id, at);
    if (open >= EXPORTS_OPEN_MAX) refuse('EXPORTS_FULL', { limit: EXPORTS_OPEN_MAX });
    if (kept >= EXPORTS_KEPT_MAX) refuse('EXPORTS_FULL', { limit: EXPORTS_KEPT_MAX });
    const order = { id, person_id, dataset, format, wish: resolved, asked_at: at, schedule: null };
    await analytics.insertExport(tx, order);
    return present(await analytics.exportOf(tx, id, person_id), 'the export that was written');
  });
  wake.send('exports');
  return shownExport(row, at);
}

/** Its file goes at once; one that is being made is given up at its next part. */
export async function dropExport(context: Context, person_id: AccountId, id: ExportId): Promise<void> {
  const was_there = await context.database.inTransaction((tx) => analytics.deleteExport(tx, id, person_id));
  if (!was_there) refuse('NOT_FOUND');
  await context.exports.remove(id);
}

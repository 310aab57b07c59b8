import type { Context } from '../context.ts';
import type { AccountId, ExportId } from '../ids.ts';
import type { Tx } from '../kit/database.ts';
import * as analytics from '../modules/analytics/index.ts';
import { shownExport } from '../views/exports.ts';
import { sendMail } from './send-mail.ts';

/** Says that a file is there which was made by a schedule; of one that was ordered, the page says it. */
export async function writeExportLetter(
  tx: Tx,
  context: Context,
  id: ExportId,
  person_id: AccountId,
): Promise<void> {
  const at = context.clock.now();
  const row = await analytics.exportOf(tx, id, person_id);
  if (!row?.schedule_id) return;
  const shown = shownExport(row, at);
  const page = `${context.origins.public}/creator/exports`;
  await sendMail(tx, context, person_id, (say) => say.exportLetter(page, shown), at);
}

import type { Export } from '#api/analytics/export-shapes.ts';
import type { Context } from '../context.ts';
import type { AccountId, ExportId } from '../ids.ts';
import type { Tx } from '../kit/database.ts';
import * as analytics from '../modules/analytics/index.ts';
import { shownExport } from '../views/exports.ts';
import type { Letter } from './letters.ts';
import { sendMail } from './program-letters.ts';

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
  await sendMail(tx, context, person_id, exportLetter(context.origins.public, shown), at);
}

function exportLetter(origin: string, made: Export): Letter {
  if (made.state === 'failed')
    return {
      subject: `${made.name} could not be made`,
      text: `${made.why}\n\nThe next one is made when its time comes.`,
      link: null,
    };
  const rows = made.rows === 1 ? 'one row' : `${made.rows} rows`;
  return {
    subject: `Your figures are ready: ${made.name}`,
    // whoever has the letter still has to sign in
    text: `${made.name} has ${rows}. Sign in, and download it until ${made.expires_at?.slice(0, 10)}:\n${origin}/creator/exports`,
    link: null,
  };
}

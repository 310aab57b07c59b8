import type { Context } from '../context.ts';
import type { AccountId, ApplicationId } from '../ids.ts';
import { dropTimer, timersOf } from '../kit/timers.ts';
import * as program from '../modules/program/index.ts';
import { refuse } from '../refuse.ts';
import { endAgreement } from './offer-agreement.ts';
import { closePanel } from './panel.ts';

/** Takes an application back; nobody has to do anything about it any more. */
export async function withdrawApplication(
  context: Context,
  applicant_id: AccountId,
  id: ApplicationId,
  version: number,
): Promise<void> {
  const at = context.clock.now();
  await context.database.inTransaction(async (tx) => {
    const application = (await program.lockOwn(tx, id, applicant_id)) ?? refuse('NOT_FOUND');
    const by = { id: applicant_id, as: 'applicant' };
    await program.moveApplication(tx, 'withdraw', { id, by, at, version, set: { due_at: null } });
    if (application.revision === 0) await program.emptyDraft(tx, id, at);
    await endAgreement(tx, id, at);
    await closePanel(tx, application, at);
    for (const { kind } of await timersOf(tx, id)) await dropTimer(tx, { kind, subject_id: id, at });
  });
  context.wake.send('news');
}

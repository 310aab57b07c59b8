import type { Context } from '../context.ts';
import type { AccountId, ApplicationId } from '../ids.ts';
import type { Db } from '../kit/database.ts';
import * as program from '../modules/program/index.ts';
import { refuse } from '../refuse.ts';
import { appealUntil } from '../views/outcome.ts';
import { judged } from './panel.ts';

const ANSWER_DAYS = 14;

/** Whether somebody had a part in refusing an application: the chair, the second signer, or the coordinator. */
export async function refusedBefore(db: Db, id: ApplicationId, person: AccountId): Promise<boolean> {
  const decisions = await program.decisionsOf(db, id);
  return decisions.some(
    ({ outcome, decided_by, second_signer_id }) =>
      (outcome === 'rejected' || outcome === 'desk_rejected') &&
      (decided_by === person || second_signer_id === person),
  );
}

/** The applicant thinks that a refusal is wrong: other people look at it. */
export async function appeal(
  context: Context,
  applicant_id: AccountId,
  { application_id, version, grounds }: { application_id: ApplicationId; version: number; grounds: string },
): Promise<void> {
  await context.database.inTransaction(async (tx) => {
    const at = context.clock.now();
    const owned = await program.applicationById(tx, application_id);
    if (owned?.applicant_id !== applicant_id) refuse('NOT_FOUND');
    const { application } = await judged(tx, application_id);
    if (await program.appealOf(tx, application_id)) refuse('APPEALED_ALREADY');
    await program.moveApplication(tx, 'appeal', {
      id: application_id,
      by: { id: applicant_id, as: 'applicant' },
      version,
      at,
      set: { due_at: program.daysAfter(at, ANSWER_DAYS) },
    });
    const until = appealUntil(application);
    if (at >= until) refuse('APPEAL_TOO_LATE', { until: until.toISOString() });
    await program.insertAppeal(tx, { application_id, grounds, appealed_at: at });
  });
  context.wake.send('news');
}

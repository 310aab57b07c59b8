import type { JsonObject } from '#db';
import type { Context } from '../context.ts';
import { type AccountId, type ApplicationId, newId } from '../ids.ts';
import { startOfDay } from '../kit/clock.ts';
import type { Tx } from '../kit/database.ts';
import * as program from '../modules/program/index.ts';
import { refuse } from '../refuse.ts';
import { demandStanding } from './standing-of.ts';

/** Begins an application, empty or with what an earlier one of the same person said, which has ended. */
export async function beginApplication(
  context: Context,
  applicant_id: AccountId,
  follows_id: ApplicationId | null,
): Promise<ApplicationId> {
  const at = context.clock.now();
  const id = await context.database.inTransaction((tx) =>
    writeApplication(tx, applicant_id, { follows_id, planned: {} }, at),
  );
  context.wake.send('news');
  return id;
}

/** The same inside another act; `planned` is what it begins with where it follows none. */
export async function writeApplication(
  tx: Tx,
  applicant_id: AccountId,
  { follows_id, planned }: { follows_id: ApplicationId | null; planned: JsonObject },
  at: Date,
): Promise<ApplicationId> {
  await demandStanding({ db: tx }, applicant_id, 'apply');
  const open = await program.countOpen(tx, applicant_id);
  if (open >= program.APPLICATIONS_MAX) refuse('APPLICATIONS_FULL', { limit: program.APPLICATIONS_MAX });
  const begun = await program.countBegun(tx, applicant_id, startOfDay(at));
  if (begun >= program.BEGUN_PER_DAY_MAX) refuse('BEGUN_TODAY', { limit: program.BEGUN_PER_DAY_MAX });
  await refuseWhileCooling(tx, applicant_id, at);
  const draft = follows_id ? await draftAfter(tx, applicant_id, follows_id) : planned;
  const said = program.headOf(draft);
  const id = newId<ApplicationId>(at);
  await program.beginApplication(tx, { id, applicant_id, draft, ...said, follows_id }, at);
  return id;
}

/** What was said last; its words of rights are affirmed anew, and its samples are made anew. */
async function draftAfter(tx: Tx, applicant_id: AccountId, id: ApplicationId): Promise<JsonObject> {
  const earlier = await program.lockOwn(tx, id, applicant_id);
  if (!earlier || program.isOpen(earlier.state)) refuse('NOT_FOUND');
  const { rights: _, samples: __, ...said } = earlier.draft;
  return said;
}

async function refuseWhileCooling(tx: Tx, applicant_id: AccountId, at: Date): Promise<void> {
  const cooling = await program.coolDownOf(tx, applicant_id, at);
  if (!cooling) return;
  const until = cooling.until === 'never' ? null : cooling.until.toISOString();
  const why = until ? `Another can begin on ${until.slice(0, 10)}.` : 'No other can begin.';
  refuse('COOLING_DOWN', { until, why });
}

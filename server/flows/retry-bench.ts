import type { Context } from '../context.ts';
import type { AccountId, ApplicationId } from '../ids.ts';
import { StepRefused } from '../kit/state-machine.ts';
import * as program from '../modules/program/index.ts';
import { refuse } from '../refuse.ts';
import { whyNotRun } from '../views/bench-sheet.ts';
import { refuseReviewing } from '../views/desk.ts';
import { judged, refuseConflicted } from './panel.ts';

/** Runs once more what failed in the bench of the newest revision; what was made is not made again. */
export async function retryBench(
  context: Context,
  by: AccountId,
  id: ApplicationId,
  version: number,
): Promise<void> {
  const at = context.clock.now();
  await context.database.inTransaction(async (tx) => {
    const about = await judged(tx, id);
    await refuseConflicted(tx, about, [by]);
    await refuseReviewing(tx, about.application, by);
    const { revision } = about;
    if (whyNotRun(revision.content.release.binding))
      refuse('NOT_ALLOWED', { why: 'Only machines of its owner run it: another try ends like this one.' });
    const sheet = (await program.sheetOfRevision(tx, revision.id)) ?? refuse('NOT_FOUND');
    const step = { id: sheet.id, by: { id: by, as: 'coordinator' }, at, version };
    if ((await program.retryBench(tx, step)) > 0) return;
    if (sheet.version !== version) throw new StepRefused({ code: 'STATE_CHANGED', version: sheet.version });
    refuse('BENCH_WHOLE');
  });
  context.wake.send('news');
}

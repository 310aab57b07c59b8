import type { Context } from '../context.ts';
import type { AccountId, ApplicationId } from '../ids.ts';
import { setTimer } from '../kit/timers.ts';
import * as program from '../modules/program/index.ts';
import { refuseAsChair } from './decide-application.ts';
import { judged, PANEL_DAYS, PANEL_TIMER } from './panel.ts';
import { writeLetter } from './program-letters.ts';
import { seat } from './screen-application.ts';

/** A chair who had no part in the refusal lets it stand, or has it reviewed by people who have not seen it. */
export async function answerAppeal(
  context: Context,
  answer: {
    chair_id: AccountId;
    application_id: ApplicationId;
    version: number;
    outcome: 'upheld' | 'reopened';
    reasons: string;
  },
): Promise<void> {
  const { chair_id, application_id: id, version, outcome, reasons } = answer;
  await context.database.inTransaction(async (tx) => {
    const at = context.clock.now();
    const about = await judged(tx, id);
    const { application, revision } = about;
    const by = { id: chair_id, as: 'chair' };
    if (outcome === 'upheld') {
      await program.moveApplication(tx, 'uphold', { id, by, version, at, set: { due_at: null } });
      await refuseAsChair(tx, about, chair_id);
    } else {
      const due_at = program.daysAfter(at, PANEL_DAYS);
      const set = { due_at, panel: application.panel + 1, quorum: program.QUORUM_OF_APPEAL };
      await program.moveApplication(tx, 'reopen', { id, by, version, at, set });
      await refuseAsChair(tx, about, chair_id);
      const now = { application: { ...application, ...set, state: 'in_review' as const }, revision };
      await seat(tx, context, now, { reviewers: [], by }, at);
      await setTimer(tx, { kind: PANEL_TIMER, subject_id: id, due_at, at });
    }
    await program.answerAppeal(tx, id, { outcome, reasons, answered_by: chair_id, answered_at: at });
    const { title } = application;
    await writeLetter(tx, context, application, (say) => say.appealLetter(title, outcome, reasons), at);
  });
  context.wake.send('news');
}

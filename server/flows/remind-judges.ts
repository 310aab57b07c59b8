import type { Context } from '../context.ts';
import { asId, type RoundId } from '../ids.ts';
import { DAY_MS } from '../kit/clock.ts';
import type { Tx } from '../kit/database.ts';
import { tellAll } from '../kit/outbox.ts';
import { setTimer, type Timer } from '../kit/timers.ts';
import * as competitions from '../modules/competitions/index.ts';
import * as marketplace from '../modules/marketplace/index.ts';
import { sendMail } from './send-mail.ts';

export const REMIND_TIMER = 'round.remind_judges';

/** A day before the panel ends. Where less than that is left, they were reminded already, or asked late. */
export async function setReminder(
  tx: Tx,
  { id, state, tally_at }: competitions.Round,
  at: Date,
): Promise<void> {
  const due_at = new Date(tally_at.getTime() - DAY_MS);
  if (state === 'final_round' && due_at > at)
    await setTimer(tx, { kind: REMIND_TIMER, subject_id: id, due_at, at });
}

/** Judges who have committed nothing are reminded, unless they do not want to be. A round that stands still waits. */
export async function remindJudges(tx: Tx, context: Context, { subject_id }: Timer): Promise<void> {
  const at = context.clock.now();
  const round = await competitions.lockRound(tx, asId<RoundId>(subject_id));
  if (round?.state !== 'final_round' || at >= round.tally_at) return;
  const categories = await competitions.categoriesOf(tx, round.id);
  const asked = await competitions.judgesAmong(
    tx,
    categories.map(({ id }) => id),
  );
  const accepted = asked.filter(({ state }) => state === 'accepted');
  const rankings = await competitions.rankingsOf(
    tx,
    accepted.map(({ id }) => id),
  );
  const late = accepted.filter(({ id }) => !rankings.get(id)?.digest);
  for (const judge of late) await writeTo(tx, context, round, judge, at);
  await tellAll(
    tx,
    'judge.remind',
    late.map(({ id }) => ({ id })),
    at,
  );
}

async function writeTo(
  tx: Tx,
  context: Context,
  { title, tally_at }: competitions.Round,
  { id, person_id }: competitions.Judge,
  at: Date,
): Promise<void> {
  if ((await marketplace.notificationsOff(tx, person_id)).includes('panel_ends')) return;
  const link = `${context.origins.public}/judging/${id}`;
  const about = { round: title, until: tally_at };
  await sendMail(tx, context, person_id, (say) => say.lateJudgeLetter(link, about), at);
}

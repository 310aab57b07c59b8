import type { Context } from '../context.ts';
import { type AccountId, asId, type AwardId } from '../ids.ts';
import { present } from '../kit/assert.ts';
import { DAY_MS } from '../kit/clock.ts';
import type { Tx } from '../kit/database.ts';
import { dropTimer, setTimer, type Timer } from '../kit/timers.ts';
import * as competitions from '../modules/competitions/index.ts';
import * as rewards from '../modules/rewards/index.ts';
import { refuse } from '../refuse.ts';
import { passOver } from './disqualify-entry.ts';
import { settleSoon } from './settle-round.ts';
import { takeBackAward } from './take-back-award.ts';

const TIMER = { id: 'system', as: 'timer' } as const;
type Answer = { id: AwardId; version: number; accepted: boolean };

/** A winner takes what is owed, or leaves it to whoever comes next. */
export async function answerAward(context: Context, person_id: AccountId, answer: Answer): Promise<void> {
  const { id, version, accepted } = answer;
  const { clock, database, wake } = context;
  const at = clock.now();
  await database.inTransaction(async (tx) => {
    const { award, round } = await locked(tx, id);
    if (award.person_id !== person_id) refuse('NOT_FOUND');
    const by = { id: person_id, as: 'winner' };
    if (accepted) {
      await competitions.moveAward(tx, 'accept', { id, by, at, version, set: { answered_at: at } });
      await dropTimer(tx, { kind: competitions.ANSWER_TIMER, subject_id: id, at });
      const timer = { kind: competitions.CLAIM_TIMER, subject_id: id, due_at: award.expires_at, at };
      await setTimer(tx, timer);
    } else {
      await takeBackAward(tx, round, award, { act: 'decline', by, at, version });
      await letNext(tx, context, award, 'declined', at);
    }
    await settleSoon(tx, round, at);
  });
  wake.send('news');
}

/** Nobody answered in time. */
export async function lapseAward(tx: Tx, context: Context, { subject_id }: Timer): Promise<void> {
  const at = context.clock.now();
  const { award, round } = await locked(tx, asId<AwardId>(subject_id));
  if (award.state !== 'created') return;
  await takeBackAward(tx, round, award, { act: 'lapse', by: TIMER, at });
  await letNext(tx, context, award, 'unresponsive', at);
  await settleSoon(tx, round, at);
}

/**
 * Nobody linked a wallet in time; it goes back, and nobody moves up any more. Who has linked one did what was theirs to
 * do, and waits for us.
 */
export async function expireAward(tx: Tx, context: Context, { subject_id }: Timer): Promise<void> {
  const at = context.clock.now();
  const { award, round } = await locked(tx, asId<AwardId>(subject_id));
  if (award.state !== 'accepted') return;
  const place = await rewards.deploymentOf(tx);
  const { person_id } = award;
  if (place && (await rewards.walletOf(tx, { chain_id: place.chain_id, person_id }))) {
    const due_at = new Date(at.getTime() + competitions.ANSWER_DAYS * DAY_MS);
    await setTimer(tx, { kind: competitions.CLAIM_TIMER, subject_id, due_at, at });
    return;
  }
  await takeBackAward(tx, round, award, { act: 'expire', by: TIMER, at });
}

/** The round before the award: whoever mints keeps them in this order too. */
async function locked(tx: Tx, id: AwardId) {
  const seen = (await competitions.awardById(tx, id)) ?? refuse('NOT_FOUND');
  const round = present(await competitions.lockRound(tx, seen.round_id), 'the round of an award');
  const award = present(await competitions.lockAward(tx, id), 'an award that was just there');
  return { round, award };
}

/** An entry of several is passed over when none of them is left. */
async function letNext(
  tx: Tx,
  context: Context,
  { round_id, entry_id }: competitions.Award,
  reason: 'declined' | 'unresponsive',
  at: Date,
): Promise<void> {
  const all = await competitions.awardsOfRound(tx, round_id);
  const left = all.some((one) => one.entry_id === entry_id && competitions.OWED.includes(one.state));
  if (!left) await passOver(tx, { entry_id, reason }, at);
}

import { prizeEscrow } from '../chart-of-accounts.ts';
import type { Context } from '../context.ts';
import { asId, type RoundId } from '../ids.ts';
import { assert } from '../kit/assert.ts';
import type { Tx } from '../kit/database.ts';
import { setTimer, type Timer } from '../kit/timers.ts';
import * as competitions from '../modules/competitions/index.ts';
import * as ledger from '../modules/ledger/index.ts';
import { setReminder } from './remind-judges.ts';
import { archiveWhenOver, settleWhenAnswered } from './settle-round.ts';

const TIMER = { id: 'system', as: 'timer' } as const;
const SYSTEM = { id: 'system', as: 'system' } as const;
/** Entries that are still being looked at hold up all later times, by this much at a time. */
const WAITS_MS = 3_600_000;

/**
 * The next time of a round has come. The row of the round is kept, so that of whoever comes at once one takes the step;
 * a time that was moved meanwhile is waited for anew.
 */
export async function turnRound(tx: Tx, context: Context, { subject_id }: Timer): Promise<void> {
  const at = context.clock.now();
  const round = await competitions.lockRound(tx, asId<RoundId>(subject_id));
  if (!round) return;
  if (round.state === 'settled') return archiveWhenOver(tx, round.id, at);
  if (round.state === 'final') return settleWhenAnswered(tx, round.id, at);
  if (!competitions.isResumable(round.state)) return;
  const due_at = competitions.endOf(round.state, round);
  if (due_at > at) await setTurn(tx, round, at);
  else await take(tx, round, round.state, at);
}

/** The timer of whatever comes next; what is counted goes on when it is counted. */
export async function setTurn(tx: Tx, round: competitions.Round, at: Date): Promise<void> {
  const { id, state } = round;
  if (!competitions.isResumable(state) || state === 'tally') return;
  const due_at = competitions.endOf(state, round);
  await setTimer(tx, { kind: competitions.TURN_TIMER, subject_id: id, due_at, at });
  await setReminder(tx, round, at);
}

async function take(
  tx: Tx,
  round: competitions.Round,
  state: competitions.Resumable,
  at: Date,
): Promise<void> {
  const step = { id: round.id, by: TIMER, at };
  switch (state) {
    case 'scheduled':
      await demandFunded(tx, round);
      await competitions.moveRound(tx, 'open', step);
      break;
    case 'open':
      await competitions.moveRound(tx, 'lock', step);
      break;
    case 'locked':
      if (!(await isDrained(tx, round, at))) return waitForEntries(tx, round, at);
      await competitions.moveRound(tx, 'qualify', step);
      break;
    case 'qualifying':
      await competitions.moveRound(tx, 'begin_final', step);
      break;
    case 'final_round':
      // nobody votes any more: who was given which pair may be computed by everybody
      await competitions.moveRound(tx, 'tally', { ...step, set: { seed_revealed_at: at } });
      return;
    case 'tally':
      return;
  }
  const after = await competitions.lockRound(tx, round.id);
  if (after) await setTurn(tx, after, at);
}

/** A round whose prizes are not there must not open: somebody has broken a promise. */
async function demandFunded(tx: Tx, { id, funded_nanos }: competitions.Round): Promise<void> {
  const escrow = prizeEscrow(id);
  const { available } = (await ledger.balances(tx, [escrow]))(escrow);
  assert(available === funded_nanos, `the prizes of round ${id} are put aside in full`);
}

/** What nobody agreed to in time is not eligible; whether nothing is being looked at any more. */
async function isDrained(tx: Tx, { id }: competitions.Round, at: Date): Promise<boolean> {
  const open = await competitions.openEntries(tx, id);
  const people = await competitions.peopleOf(
    tx,
    open.map((entry) => entry.id),
  );
  const unanswered = new Set(
    people.filter(({ accepted_at }) => accepted_at === null).map(({ entry_id }) => entry_id),
  );
  for (const entry of open.filter((one) => unanswered.has(one.id))) await refuseUnanswered(tx, entry, at);
  return open.every((entry) => unanswered.has(entry.id));
}

async function refuseUnanswered(tx: Tx, { id }: competitions.Entry, at: Date): Promise<void> {
  await competitions.moveEntry(tx, 'refuse', { id, by: SYSTEM, at, set: { reason: 'NOT_AGREED' } });
  await competitions.freePlaces(tx, id);
}

/** Everybody waits equally, and reads why. */
async function waitForEntries(tx: Tx, round: competitions.Round, at: Date): Promise<void> {
  const { id } = round;
  const late_ms = at.getTime() - round.qualifying_at.getTime();
  const shift_ms = late_ms + WAITS_MS;
  const set = competitions.instantsIn(competitions.shifted(round, 'locked', shift_ms));
  const reason = 'Entries are still being looked at; nobody votes before all of them are through.';
  await competitions.moveRound(tx, 'wait', { id, by: TIMER, at, reason, set });
  await competitions.giveNotice(tx, {
    ...{ round_id: id, at, kind: 'wait', reason, shift_ms: BigInt(shift_ms), by_id: null },
  });
  await setTurn(tx, { ...round, ...set }, at);
}

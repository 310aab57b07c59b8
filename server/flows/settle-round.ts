import { prizeEscrow, prizePool } from '../chart-of-accounts.ts';
import type { RoundId } from '../ids.ts';
import { DAY_MS } from '../kit/clock.ts';
import type { Tx } from '../kit/database.ts';
import { setTimer } from '../kit/timers.ts';
import * as competitions from '../modules/competitions/index.ts';
import * as ledger from '../modules/ledger/index.ts';
import { prizeEscrowReturned } from './postings/index.ts';

const TIMER = { id: 'system', as: 'timer' } as const;
/** A round is history when no award of it can expire any more. */
const ARCHIVED_AFTER_DAYS = competitions.CLAIM_DAYS + competitions.ANSWER_DAYS;

/** What lies aside for the prizes of a round; nobody posts meanwhile. */
export async function leftIn(tx: Tx, id: RoundId): Promise<bigint> {
  await ledger.lock(tx);
  const escrow = prizeEscrow(id);
  return (await ledger.balances(tx, [escrow]))(escrow).available;
}

/** What nobody is promised; nobody posts meanwhile. */
export async function inPool(tx: Tx): Promise<bigint> {
  await ledger.lock(tx);
  return (await ledger.balances(tx, [prizePool]))(prizePool).available;
}

/** Somebody answered, or was passed over: whether the round is over for all is looked at once this is done. */
export async function settleSoon(tx: Tx, { id, state }: competitions.Round, at: Date): Promise<void> {
  if (state === 'final')
    await setTimer(tx, { kind: competitions.TURN_TIMER, subject_id: id, due_at: at, at });
}

/** Once every winner has answered, nobody is to move up any more and nothing is looked into, what nobody won goes back. */
export async function settleWhenAnswered(tx: Tx, id: RoundId, at: Date): Promise<void> {
  const awards = await competitions.awardsOfRound(tx, id);
  if (awards.some(({ state }) => state === 'created')) return;
  if (!(await competitions.isCounted(tx, id))) return;
  if (await competitions.isLookedInto(tx, id)) return;
  const left = await leftIn(tx, id);
  const set = { returned_nanos: left, returned_at: at };
  await competitions.moveRound(tx, 'settle', { id, by: TIMER, at, set });
  if (left > 0n) await ledger.post(tx, prizeEscrowReturned(id, left), at);
  const due_at = new Date(at.getTime() + ARCHIVED_AFTER_DAYS * DAY_MS);
  await setTimer(tx, { kind: competitions.TURN_TIMER, subject_id: id, due_at, at });
}

/** Half a year later it is history, unless something of it is still open: that is waited for. */
export async function archiveWhenOver(tx: Tx, id: RoundId, at: Date): Promise<void> {
  const awards = await competitions.awardsOfRound(tx, id);
  const open = awards.filter(({ state }) => MAY_EXPIRE.has(state));
  const isBusy = !(await competitions.isCounted(tx, id)) || (await competitions.isLookedInto(tx, id));
  if (open.length === 0 && !isBusy) {
    await competitions.moveRound(tx, 'archive', { id, by: TIMER, at });
    return;
  }
  const soon = new Date(at.getTime() + competitions.ANSWER_DAYS * DAY_MS);
  const due_at = open.reduce((last, { expires_at }) => (expires_at > last ? expires_at : last), soon);
  await setTimer(tx, { kind: competitions.TURN_TIMER, subject_id: id, due_at, at });
}
const MAY_EXPIRE = new Set<string>(['created', 'accepted']);

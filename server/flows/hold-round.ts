import { resultsAreOut } from '#api/competitions/results-out.ts';
import type { Context } from '../context.ts';
import type { AccountId, RoundId } from '../ids.ts';
import type { Tx } from '../kit/database.ts';
import { StepRefused } from '../kit/state-machine.ts';
import { dropTimer } from '../kit/timers.ts';
import * as competitions from '../modules/competitions/index.ts';
import * as ledger from '../modules/ledger/index.ts';
import { refuse } from '../refuse.ts';
import { isPartyToAny, takesPartIn } from '../views/competitions/own-interest.ts';
import { isAskedByAnother } from '../views/competitions/second-person.ts';
import { prizeEscrowReturned } from './postings/index.ts';
import { setTurn } from './run-round.ts';
import { leftIn } from './settle-round.ts';
import { refuseState } from './write-round.ts';

type Seen = { id: RoundId; version: number; reason: string };
const editor = (id: AccountId) => ({ id, as: 'editor' });
const HOUR_MS = 3_600_000;

/** A round locks later than was said, for everybody, while it has not locked; all later times move with it. */
export async function extendRound(context: Context, actor_id: AccountId, wish: Seen & { hours: number }) {
  const at = context.clock.now();
  await held(context, actor_id, wish, async (tx, round) => {
    if (round.state === 'open' && round.locks_at <= at) refuseLocked(round, at);
    const shift_ms = wish.hours * HOUR_MS;
    const set = competitions.instantsIn(competitions.shifted(round, 'open', shift_ms));
    const { id, version, reason } = wish;
    await competitions.moveRound(tx, 'extend', { id, by: editor(actor_id), at, version, reason, set });
    await tellAll(tx, { id, kind: 'extension', reason, shift_ms, by_id: actor_id }, at);
    await setTurn(tx, { ...round, ...set }, at);
  });
}

function refuseLocked({ opens_at, locks_at }: competitions.Round, at: Date): never {
  const [opens, locks, now] = [opens_at, locks_at, at].map((time) => time.toISOString());
  return refuse('ROUND_NOT_OPEN', { opens_at: opens ?? '', locks_at: locks ?? '', now: now ?? '' });
}

/** A round stands still: nothing of it is due until it goes on. */
export async function suspendRound(context: Context, actor_id: AccountId, wish: Seen): Promise<void> {
  const at = context.clock.now();
  await held(context, actor_id, wish, async (tx, { state }) => {
    const { id, version, reason } = wish;
    const set = { came_from: state, suspended_at: at };
    await competitions.moveRound(tx, 'suspend', { id, by: editor(actor_id), at, version, reason, set });
    await dropTimer(tx, { kind: competitions.TURN_TIMER, subject_id: id, at });
    await tellAll(tx, { id, kind: 'suspension', reason, shift_ms: 0, by_id: actor_id }, at);
  });
}

/** It goes on where it stood; everything later comes later by as long as it stood still. */
export async function resumeRound(context: Context, actor_id: AccountId, wish: Seen): Promise<void> {
  const at = context.clock.now();
  await held(context, actor_id, wish, async (tx, round) => {
    const { came_from, suspended_at } = round;
    if (!came_from || !suspended_at || !competitions.isResumable(came_from))
      return refuseState(round, 'resume_open');
    const shift_ms = at.getTime() - suspended_at.getTime();
    const times = competitions.instantsIn(competitions.shifted(round, came_from, shift_ms));
    const { id, version, reason } = wish;
    const set = { ...times, came_from: null, suspended_at: null };
    const act = competitions.RESUMES[came_from];
    await competitions.moveRound(tx, act, { id, by: editor(actor_id), at, version, reason, set });
    await tellAll(tx, { id, kind: 'resumption', reason, shift_ms, by_id: actor_id }, at);
    await setTurn(tx, { ...round, ...times, state: came_from }, at);
  });
}

/**
 * A round is called off: nobody wins, and what was put aside goes back. Once everybody has read who won, nobody does that
 * alone.
 */
export async function cancelRound(context: Context, actor_id: AccountId, wish: Seen): Promise<void> {
  const at = context.clock.now();
  await held(context, actor_id, wish, async (tx, round) => {
    const { id, version, reason } = wish;
    if (resultsAreOut(round.state) && (await isPartyToAny(tx, await categoryIds(tx, id), actor_id)))
      refuse('OWN_INTEREST');
    if (resultsAreOut(round.state) && !(await isAskedByAnother(tx, id, { category_id: null, actor_id })))
      refuse('SECOND_PERSON_NEEDED');
    const by = editor(actor_id);
    const given_back = round.funded_at === null ? null : await leftIn(tx, id);
    const set = {
      ...{ came_from: null, suspended_at: null },
      ...(given_back === null ? {} : { returned_nanos: given_back, returned_at: at }),
    };
    await competitions.moveRound(tx, 'cancel', { id, by, at, version, reason, set });
    await dropTimer(tx, { kind: competitions.TURN_TIMER, subject_id: id, at });
    await tellAll(tx, { id, kind: 'cancellation', reason, shift_ms: 0, by_id: actor_id }, at);
    if (given_back) await ledger.post(tx, prizeEscrowReturned(id, given_back), at);
  });
}

const categoryIds = async (tx: Tx, round_id: RoundId) =>
  (await competitions.categoriesOf(tx, round_id)).map(({ id }) => id);

/** An organiser who takes part, as an entrant or a judge, holds up nothing and moves no time of it. */
async function held(
  context: Context,
  actor_id: AccountId,
  { id, version }: Seen,
  act: (tx: Tx, round: competitions.Round) => Promise<void>,
): Promise<void> {
  await context.database.inTransaction(async (tx) => {
    const round = (await competitions.lockRound(tx, id)) ?? refuse('NOT_FOUND');
    if (await takesPartIn(tx, id, actor_id)) refuse('OWN_INTEREST');
    // who saw an older one may have seen other times
    if (round.version !== version) throw new StepRefused({ code: 'STATE_CHANGED', version: round.version });
    await act(tx, round);
  });
  context.wake.send('news');
}

type Told = {
  id: RoundId;
  kind: competitions.Notice['kind'];
  reason: string;
  shift_ms: number;
  by_id: AccountId;
};

const tellAll = (tx: Tx, { id, kind, reason, shift_ms, by_id }: Told, at: Date) =>
  competitions.giveNotice(tx, { round_id: id, at, kind, reason, shift_ms: BigInt(shift_ms), by_id });

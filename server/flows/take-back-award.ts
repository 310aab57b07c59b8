import type { Tx } from '../kit/database.ts';
import type { Actor } from '../kit/state-machine.ts';
import { dropTimer } from '../kit/timers.ts';
import * as competitions from '../modules/competitions/index.ts';
import * as ledger from '../modules/ledger/index.ts';
import { awardTakenBack } from './postings/index.ts';

type Step = { act: 'decline' | 'lapse' | 'expire' | 'revoke'; by: Actor; at: Date; version?: number };

/**
 * What is not taken goes back: to the round while it is not settled, so that whoever is next can have it; to the pool
 * after that, and where it came from there.
 */
export async function takeBackAward(
  tx: Tx,
  { id: round_id, returned_at }: Pick<competitions.Round, 'id' | 'returned_at'>,
  {
    id,
    person_id,
    amount_nanos,
    source,
  }: Pick<competitions.Award, 'id' | 'person_id' | 'amount_nanos' | 'source'>,
  { act, by, at, version }: Step,
): Promise<void> {
  const returned_to = returned_at === null ? source : 'pool';
  const set = act === 'decline' ? ({ returned_to, answered_at: at } as const) : ({ returned_to } as const);
  await competitions.moveAward(tx, act, { id, by, at, version, set });
  for (const kind of [competitions.ANSWER_TIMER, competitions.CLAIM_TIMER])
    await dropTimer(tx, { kind, subject_id: id, at });
  await ledger.post(tx, awardTakenBack(id, round_id, person_id, amount_nanos, returned_to), at);
}

import type { Context } from '../context.ts';
import type { AccountId, EpochId } from '../ids.ts';
import { assert, present } from '../kit/assert.ts';
import type { Tx } from '../kit/database.ts';
import { sum } from '../kit/money.ts';
import type { Actor } from '../kit/state-machine.ts';
import { setTimer } from '../kit/timers.ts';
import * as competitions from '../modules/competitions/index.ts';
import * as ledger from '../modules/ledger/index.ts';
import * as rewards from '../modules/rewards/index.ts';
import { refuse } from '../refuse.ts';
import { commitmentVoided } from './postings/index.ts';
import { inPool } from './settle-round.ts';

const SYSTEM = { id: 'system', as: 'system' } as const;
const CHAIN = { id: 'system', as: 'chain' } as const;

type Seen = { id: EpochId; version: number };

/**
 * Somebody of finance does not want it. What the chain cannot have is voided at once; what it may have is taken off it
 * first, and voided when a final block says that it is gone.
 */
export async function askToVoid(
  context: Context,
  actor_id: AccountId,
  { id, version, reason }: Seen & { reason: string },
): Promise<void> {
  const at = context.clock.now();
  const by = { id: actor_id, as: 'finance' };
  await context.database.inTransaction(async (tx) => {
    const epoch = (await rewards.lockEpoch(tx, id)) ?? refuse('NOT_FOUND');
    if (epoch.active_at) refuse('EPOCH_WAS_ACTIVE');
    const set = { voiding_by: actor_id, voiding_at: at, void_reason: reason };
    const mayBeThere = epoch.state === 'proposed' || (epoch.state === 'cut' && epoch.offered_at !== null);
    if (mayBeThere) {
      await rewards.moveEpoch(tx, 'withdraw', { id, by, at, version, reason, set });
      return;
    }
    // what is on its way out is not hurried: the chain says when
    if (epoch.state === 'voiding') refuse('STATE_CHANGED', { version: epoch.version });
    const short = await shortToVoid(tx, epoch);
    if (short > 0n) refuse('POOL_SHORT', { short_nanos: String(short) });
    await voidEpoch(tx, context, epoch, { by, at, version, reason, set });
  });
  context.wake.send('news');
  context.wake.send('chain');
}

/** What was vetoed is offered again as it is: the same leaves, the same root. */
export async function retryEpoch(
  context: Context,
  actor_id: AccountId,
  { id, version }: Seen,
): Promise<void> {
  const at = context.clock.now();
  await context.database.inTransaction(async (tx) => {
    if (await rewards.haltOf(tx)) refuse('CHAIN_HALTED');
    const by = { id: actor_id, as: 'finance' };
    await rewards.moveEpoch(tx, 'retry', { id, by, at, version });
  });
  context.wake.send('news');
  context.wake.send('chain');
}

/** A final block says that the chain has nothing of an epoch that is to be voided. */
export async function voidEpochOffChain(
  tx: Tx,
  context: Pick<Context, 'wake'>,
  { id }: Pick<rewards.Epoch, 'id'>,
  at: Date,
): Promise<boolean> {
  const epoch = await rewards.lockEpoch(tx, id);
  if (epoch?.state !== 'voiding' || (await shortToVoid(tx, epoch)) > 0n) return false;
  await voidEpoch(tx, context, epoch, { by: CHAIN, at });
  return true;
}

/** What it took off debts is the pool's, which may have promised it on; then it waits for a deposit. */
export async function shortToVoid(tx: Tx, { id }: Pick<rewards.Epoch, 'id'>): Promise<bigint> {
  const off = sum((await rewards.commitmentsOf(tx, id)).map(({ set_off_nanos }) => set_off_nanos));
  const left = (await inPool(tx)) - off;
  return left < 0n ? -left : 0n;
}

type Step = {
  by: Actor;
  at: Date;
  version?: number;
  reason?: string;
  set?: Pick<rewards.Epoch, 'voiding_by' | 'voiding_at' | 'void_reason'>;
};

/** Puts everything back where it lay before the cut. Whoever calls has seen that the chain has not got its root. */
export async function voidEpoch(
  tx: Tx,
  { wake }: Pick<Context, 'wake'>,
  { id }: Pick<rewards.Epoch, 'id'>,
  { by, at, version, reason, set }: Step,
): Promise<void> {
  const epoch = present(await rewards.lockEpoch(tx, id), 'an epoch that is voided');
  assert(epoch.active_at === null, 'what was live is paid for ever');
  await putAwardsBack(tx, epoch, at);
  const commitments = await rewards.commitmentsOf(tx, id);
  if (commitments.length > 0)
    await ledger.post(
      tx,
      commitments.flatMap((commitment) => commitmentVoided(id, commitment)),
      at,
    );
  await rewards.moveEpoch(tx, 'void', {
    ...{ id, by, at, version, set: { ...set, voided_at: at } },
    ...(reason === undefined ? {} : { reason }),
  });
  wake.send('news');
}

/** Awards wait again, for as long as they had left; and what the standings say by now is looked at anew. */
async function putAwardsBack(tx: Tx, epoch: rewards.Epoch, at: Date): Promise<void> {
  const ids = (await rewards.awardsCommittedIn(tx, epoch.id)).map(({ award_id }) => award_id);
  const awards = await competitions.lockAwards(tx, ids);
  const away_ms = at.getTime() - (epoch.approved_at ?? at).getTime();
  for (const { id, expires_at: before } of awards) {
    const expires_at = new Date(before.getTime() + away_ms);
    await competitions.moveAward(tx, 'put_back', { id, by: SYSTEM, at, set: { expires_at } });
    await setTimer(tx, { kind: competitions.CLAIM_TIMER, subject_id: id, due_at: expires_at, at });
  }
  for (const round_id of new Set(awards.map((award) => award.round_id)))
    await setTimer(tx, { kind: competitions.MINT_TIMER, subject_id: round_id, due_at: at, at });
}

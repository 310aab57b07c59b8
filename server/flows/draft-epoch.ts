import type { Context } from '../context.ts';
import { type AccountId, type EpochId, newId } from '../ids.ts';
import { brokenConstraint, type Tx } from '../kit/database.ts';
import * as rewards from '../modules/rewards/index.ts';
import { refuse } from '../refuse.ts';
import { type NextCut, nextCut, shortOnChain } from '../views/rewards/next-cut.ts';

/** Somebody of finance proposes to cut an epoch. Nothing is frozen and nothing moves before a second person approves. */
export async function draftEpoch(context: Context, drafted_by: AccountId): Promise<EpochId> {
  const at = context.clock.now();
  const id = newId<EpochId>(at);
  try {
    await context.database.inTransaction(async (tx) => {
      if (await rewards.epochUnderWay(tx)) refuse('EPOCH_UNDER_WAY');
      refuseImpossible(await nextCut(tx, await placeToCut(tx), at));
      await rewards.insertEpoch(tx, { id, drafted_by }, at);
    });
  } catch (error) {
    const taken = brokenConstraint(error);
    if (taken === 'epoch_under_way' || taken === 'epoch_number') refuse('EPOCH_UNDER_WAY');
    throw error;
  }
  context.wake.send('news');
  return id;
}

/** Where it is cut for: nothing is while books and chain do not agree. */
export async function placeToCut(tx: Tx): Promise<rewards.KnownDeployment> {
  if (await rewards.haltOf(tx)) refuse('CHAIN_HALTED');
  return (await rewards.deploymentOf(tx)) ?? refuse('CHAIN_ABSENT');
}

/** A root that adds nothing says nothing new, and one that is not paid for is not taken by the contract. */
export function refuseImpossible({ added_nanos }: Pick<NextCut, 'added_nanos'>): void {
  if (added_nanos === 0n) refuse('EPOCH_EMPTY');
}

export async function refuseUnfunded(tx: Tx, next: NextCut): Promise<void> {
  const short = await shortOnChain(tx, next);
  if (short > 0n) refuse('EPOCH_UNFUNDED', { short_nanos: String(short) });
}

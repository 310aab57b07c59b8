import {
  awarded,
  awardsOwedBack,
  committed,
  onChain,
  prizePool,
  prizesRecoverable,
  type RewardPlace,
  treasuryPromised,
} from '../../chart-of-accounts.ts';
import { type EpochId, idOf, type TransactionId } from '../../ids.ts';
import { assert } from '../../kit/assert.ts';
import type { Posting } from '../../modules/ledger/index.ts';
import type { Commitment } from '../../modules/rewards/index.ts';
import { gains, gives, posted } from './movement.ts';

/** Which event of the chain: a final block is never another. */
type Log = { block_hash: string; log_index: number };

/** $STELAI came to our contract. What was promised before there was a chain is made good first; the rest is the pool's. */
export const poolFunded = (
  { block_hash, log_index }: Log,
  place: RewardPlace,
  { amount, promised }: { amount: bigint; promised: bigint },
): Posting[] =>
  posted(
    {
      id: idOf<TransactionId>('pool funded', block_hash, String(log_index)),
      ...{ kind: 'pool-deposit', memo: 'Deposit on the chain' },
    },
    [[gives(onChain(place), amount), gains(treasuryPromised, promised), gains(prizePool, amount - promised)]],
  );

/** Without a chain: the operator says that so much is put aside. */
export const poolPromised = (id: string, amount: bigint): Posting[] =>
  posted({ id, kind: 'pool-promise', memo: 'Put aside for prizes' }, [
    [gives(treasuryPromised, amount), gains(prizePool, amount)],
  ]);

type Committing = Pick<
  Commitment,
  'person_id' | 'wallet' | 'awarded_nanos' | 'set_off_nanos' | 'amount_nanos'
>;

/** An epoch is cut: what somebody was awarded is committed to their wallet, less what they owe back, which the pool has. */
export const awardsCommitted = (epoch: EpochId, commitment: Committing): Posting[] =>
  posted(
    {
      id: idOf<TransactionId>('commitment', epoch, commitment.person_id),
      ...{ kind: 'commitment', memo: 'Committed to a wallet' },
    },
    [committing(commitment, 1n)],
  );

/** It never counted: all of it lies where it lay. */
export const commitmentVoided = (epoch: EpochId, commitment: Committing): Posting[] =>
  posted(
    {
      id: idOf<TransactionId>('commitment voided', epoch, commitment.person_id),
      ...{ kind: 'commitment-void', memo: 'Not committed after all' },
    },
    [committing(commitment, -1n)],
  );

function committing(
  { person_id, wallet, awarded_nanos, set_off_nanos, amount_nanos }: Committing,
  sign: 1n | -1n,
) {
  assert(awarded_nanos === set_off_nanos + amount_nanos, 'what is not set off is committed');
  return [
    gives(awarded(person_id), sign * awarded_nanos),
    gains(awardsOwedBack(person_id), sign * set_off_nanos),
    gives(prizesRecoverable, sign * set_off_nanos),
    gains(prizePool, sign * set_off_nanos),
    gains(committed(wallet), sign * amount_nanos),
  ];
}

type Claimed = { wallet: string; amount_nanos: bigint; cumulative_nanos: bigint };

/** A wallet was paid, as a final block says: what it was paid so far is said once. */
export const claimPaid = (
  place: RewardPlace,
  { wallet, amount_nanos, cumulative_nanos }: Claimed,
): Posting[] =>
  posted(
    {
      id: idOf<TransactionId>(
        'claim',
        String(place.chain_id),
        place.distributor,
        wallet,
        String(cumulative_nanos),
      ),
      ...{ kind: 'claim', memo: 'Claimed' },
    },
    [[gives(committed(wallet), amount_nanos), gains(onChain(place), amount_nanos)]],
  );

/** The timelock took out what was promised to nobody. */
export const surplusTaken = ({ block_hash, log_index }: Log, place: RewardPlace, amount: bigint): Posting[] =>
  posted(
    {
      id: idOf<TransactionId>('surplus taken', block_hash, String(log_index)),
      ...{ kind: 'pool-surplus', memo: 'Taken out of the chain' },
    },
    [[gives(prizePool, amount), gains(onChain(place), amount)]],
  );

import {
  awarded,
  awardsOwedBack,
  prizeEscrow,
  prizePool,
  prizesRecoverable,
} from '../../chart-of-accounts.ts';
import {
  type AccountId,
  type AwardId,
  idOf,
  type RecoveryId,
  type RoundId,
  type TransactionId,
} from '../../ids.ts';
import type { Posting } from '../../modules/ledger/index.ts';
import { gains, gives, posted } from './movement.ts';

/** The prizes of a round are put aside before it opens. */
export const prizeEscrowFunded = (round: RoundId, amount: bigint): Posting[] =>
  posted({ id: idOf<TransactionId>('prize escrow', round), kind: 'escrow', memo: 'Prizes of the round' }, [
    [gives(prizePool, amount), gains(prizeEscrow(round), amount)],
  ]);

/** A place is won: the award is owed to a person, once for ever under its own id. */
export const prizeAwarded = (
  id: AwardId,
  source: 'escrow' | 'pool',
  round: RoundId,
  person: AccountId,
  amount: bigint,
): Posting[] =>
  posted({ id, kind: 'award', memo: 'Award' }, [
    [gives(source === 'escrow' ? prizeEscrow(round) : prizePool, amount), gains(awarded(person), amount)],
  ]);

/** What somebody was given is more than the standings owe them by now; or, below zero, less so than before. */
export const awardOwedBack = (id: RecoveryId, person: AccountId, amount: bigint): Posting[] =>
  posted({ id, kind: 'award-owed-back', memo: 'Award to be given back' }, [
    [gives(awardsOwedBack(person), amount), gains(prizesRecoverable, amount)],
  ]);

/** What a round did not award goes back. */
export const prizeEscrowReturned = (round: RoundId, amount: bigint): Posting[] =>
  posted(
    { id: idOf<TransactionId>('prize escrow returned', round), kind: 'escrow-return', memo: 'Not awarded' },
    [[gives(prizeEscrow(round), amount), gains(prizePool, amount)]],
  );

/** What was owed for a place and is not taken lies with the round again; once that is settled, in the pool. */
export const awardTakenBack = (
  id: AwardId,
  round: RoundId,
  person: AccountId,
  amount: bigint,
  to: 'escrow' | 'pool',
): Posting[] =>
  posted({ id: idOf<TransactionId>('award taken back', id), kind: 'award-return', memo: 'Award not taken' }, [
    [gives(awarded(person), amount), gains(to === 'escrow' ? prizeEscrow(round) : prizePool, amount)],
  ]);

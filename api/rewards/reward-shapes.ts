import * as z from 'zod';
import { Instant } from '../base.ts';
import { Award, Nanos } from '../competitions/shapes.ts';
import { Address, Bytes32, EpochState, RewardChain, Whole } from './shapes.ts';

/**
 * Where an award is on its way: to be accepted, owed until the next epoch, in one that is not live yet, in a wallet's
 * leaf of a live one, claimed; or over, because nobody took it or it was taken back.
 */
export const RewardStage = z.enum(['to_accept', 'owed', 'coming', 'claimable', 'claimed', 'over']);
export type RewardStage = z.infer<typeof RewardStage>;

export const Reward = z.object({
  award: Award,
  stage: RewardStage,
  epoch: z
    .object({
      number: Whole,
      state: EpochState,
      wallet: Address,
      cut_at: Instant,
      active_at: Instant.nullable(),
    })
    .nullable(),
  is_held_back: z.boolean().meta({
    description: 'Owed, and in no epoch before its round is counted and nothing of it looked into.',
  }),
  claimed_at: Instant.nullable(),
  tx_hash: Bytes32.nullable(),
});
export type Reward = z.infer<typeof Reward>;

/** What has to happen for more of it to arrive; several may wait at once, each for other awards. */
export const NextStep = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('claim'), amount_nanos: Nanos }),
  z.object({ kind: z.literal('accept'), by: Instant, awards: z.int() }),
  z.object({ kind: z.literal('link_wallet') }),
  z.object({ kind: z.literal('wallet_waits'), until: Instant }),
  z.object({ kind: z.literal('next_epoch') }),
  z.object({
    kind: z.literal('looked_into'),
    amount_nanos: Nanos,
    rounds: z.array(z.object({ slug: z.string(), title: z.string() })),
  }),
  z.object({ kind: z.literal('epoch_waits'), number: Whole, until: Instant.nullable() }),
  z.object({ kind: z.literal('halted') }),
  z.object({ kind: z.literal('no_chain') }),
]);
export type NextStep = z.infer<typeof NextStep>;

export const RewardSums = z.object({
  won_nanos: Nanos.meta({ description: 'All that stands: accepted or still to be, paid or not.' }),
  to_accept_nanos: Nanos,
  owed_nanos: Nanos.meta({ description: 'Accepted, and in no epoch yet.' }),
  coming_nanos: Nanos.meta({ description: 'In an epoch whose root is not live yet.' }),
  claimable_nanos: Nanos,
  claimed_nanos: Nanos,
  owed_back_nanos: Nanos.meta({ description: 'Paid beyond what standings owe; taken off the next epoch.' }),
});
export type RewardSums = z.infer<typeof RewardSums>;

export const Rewards = z.object({
  chain: RewardChain.nullable().meta({ description: 'null: this installation pays on no chain.' }),
  sums: RewardSums,
  wallet: z
    .object({
      address: Address,
      linked_at: Instant,
      counts_from: Instant.meta({ description: 'Nothing is cut for it before.' }),
    })
    .nullable(),
  next: z.array(NextStep),
  items: z.array(Reward),
  next_cursor: z.string().nullable(),
});
export type Rewards = z.infer<typeof Rewards>;

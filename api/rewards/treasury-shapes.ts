import * as z from 'zod';
import { Instant, Slug } from '../base.ts';
import { Nanos, RoundState } from '../competitions/shapes.ts';
import { Address, Bytes32, Halt, PublicEpoch, RewardChain, Whole } from './shapes.ts';

/** A root as the contract has it. */
export const ChainRoot = z.object({
  epoch: Whole,
  root: Bytes32,
  manifest: Bytes32,
  total_nanos: Nanos,
  eta: Instant.nullable(),
});
export type ChainRoot = z.infer<typeof ChainRoot>;

/** Books and contract, read at the same block. */
export const Reconciliation = z.object({
  at: Instant,
  block_number: Whole,
  books_nanos: Nanos,
  chain_nanos: Nanos.meta({ description: 'What lies in the distributor.' }),
  claimed_books_nanos: Nanos,
  claimed_chain_nanos: Nanos,
  agrees: z.boolean(),
  live: ChainRoot.nullable(),
  pending: ChainRoot.nullable(),
  is_paused: z.boolean(),
});
export type Reconciliation = z.infer<typeof Reconciliation>;

/** Everything of it sums: what was put aside is in the pool, with a round, awarded, committed to wallets, or was paid. */
export const Treasury = z.object({
  as_of: Instant,
  chain: RewardChain.extend({ timelock: Address, deployed_at_block: Whole }).nullable(),
  held_nanos: Nanos.meta({ description: 'What lies in the distributor, by the books.' }),
  promised_nanos: Nanos.meta({ description: 'What the operator put aside and no chain has yet.' }),
  pool_nanos: Nanos.meta({ description: 'Promised to nobody.' }),
  escrows: z.array(
    z.object({
      slug: Slug,
      title: z.string(),
      month: z.string(),
      state: RoundState,
      held_nanos: Nanos,
    }),
  ),
  escrowed_nanos: Nanos,
  awarded_nanos: Nanos.meta({ description: 'Won, accepted or not answered yet, and in no epoch.' }),
  owed_back_nanos: Nanos.meta({ description: 'Paid to people whose places changed later.' }),
  committed_nanos: Nanos.meta({ description: 'In leaves of epochs, and not claimed.' }),
  claimed_nanos: Nanos.meta({ description: 'Paid to wallets so far.' }),
  live: PublicEpoch.nullable(),
  under_way: PublicEpoch.nullable(),
  cursor: z
    .object({ block_number: Whole, block_hash: Bytes32, block_at: Instant })
    .nullable()
    .meta({ description: 'Up to where finalized blocks are in the books.' }),
  reconciliation: Reconciliation.nullable(),
  halt: Halt.nullable(),
});
export type Treasury = z.infer<typeof Treasury>;

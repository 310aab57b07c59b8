import * as z from 'zod';
import { Id, Instant } from '../base.ts';
import { Address, Whole } from './shapes.ts';

export const WalletState = z
  .enum(['waiting', 'counting', 'ended'])
  .meta({ description: 'Only for a wallet that counts is anything new cut.' });
export type WalletState = z.infer<typeof WalletState>;

/** A wallet of mine, from when to when. */
export const LinkedWallet = z.object({
  id: Id,
  address: Address,
  state: WalletState,
  linked_at: Instant,
  counts_from: Instant.meta({
    description: 'Until then what I win waits, so that a thief’s link can be ended.',
  }),
  ended_at: Instant.nullable(),
});
export type LinkedWallet = z.infer<typeof LinkedWallet>;

export const LinkedWallets = z.object({
  chain: z
    .object({ chain_id: Whole, is_embedded: z.boolean() })
    .nullable()
    .meta({ description: 'null: this installation pays no $STELAI on a chain.' }),
  wait_s: z.int().meta({ description: 'How long a wallet waits, once it is linked, before it counts.' }),
  items: z.array(LinkedWallet).meta({ description: 'The newest first; at most one has not ended.' }),
});
export type LinkedWallets = z.infer<typeof LinkedWallets>;

import * as z from 'zod';
import { Can, Instant } from '../base.ts';
import { Nanos } from '../competitions/shapes.ts';
import { Address, BaseUnits, Bytes32, RewardChain, Whole } from './shapes.ts';

const HEX = z.string().regex(/^0x(?:[0-9a-f]{2})*$/);

/** Addresses come with and without the capitals of EIP-55. */
export const AnyAddress = z
  .string()
  .regex(/^0x[0-9a-fA-F]{40}$/, 'is an address, such as 0x52908400098527886E0F7030069857D2E4169EE7');

/** What a wallet sends to be paid, whole and taken apart. */
export const ClaimCall = z.object({
  to: Address,
  data: HEX,
  chain_id: Whole,
  function: z.literal('claim'),
  account: Address,
  cumulative: BaseUnits.meta({ description: 'All that was ever promised to the wallet.' }),
});
export type ClaimCall = z.infer<typeof ClaimCall>;

/** A claim in a block that is not final. */
export const SeenClaim = z.object({
  tx_hash: Bytes32,
  amount_nanos: Nanos,
  block_number: Whole,
  at: Instant,
});
export type SeenClaim = z.infer<typeof SeenClaim>;

export const Claim = z.object({
  wallet: Address,
  epoch: Whole.meta({ description: 'The live one, whose root the proof leads to.' }),
  root: Bytes32,
  cumulative_nanos: Nanos.meta({ description: 'All that was ever promised to the wallet.' }),
  claimed_nanos: Nanos.meta({ description: 'Paid, as final blocks say.' }),
  seen_nanos: Nanos.meta({ description: 'Paid beyond that, in blocks that may still go.' }),
  claimable_nanos: Nanos,
  proof: z.array(Bytes32),
  call: ClaimCall.nullable().meta({
    description: 'null: there is nothing to claim, or the chain does not answer.',
  }),
  provisional: z.array(SeenClaim),
  can: z.object({ relay: Can.meta({ description: 'Whether the house pays for the transaction.' }) }),
});
export type Claim = z.infer<typeof Claim>;

export const Claims = z.object({
  chain: RewardChain.nullable().meta({ description: 'null: this installation pays on no chain.' }),
  items: z.array(Claim).meta({ description: 'One for each wallet that was ever promised something.' }),
});
export type Claims = z.infer<typeof Claims>;

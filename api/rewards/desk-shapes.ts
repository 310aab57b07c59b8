import * as z from 'zod';
import { Can, Id, Instant, PersonRef } from '../base.ts';
import { Nanos } from '../competitions/shapes.ts';
import { Address, Bytes32, EpochState, Halt, RewardChain, Whole } from './shapes.ts';

/** Of an epoch with more people the desk names those who get most. */
export const CUT_LINES_MAX = 100;

/** An epoch as finance sees it, from its draft on. */
export const DeskEpoch = z.object({
  id: Id,
  version: z.int(),
  number: Whole,
  state: EpochState,
  says: z.string(),
  drafted_by: PersonRef,
  drafted_at: Instant,
  approved_by: PersonRef.nullable(),
  approved_at: Instant.nullable(),
  root: Bytes32.nullable(),
  manifest_digest: Bytes32.nullable(),
  leaves: z.int().nullable(),
  total_nanos: Nanos.nullable().meta({ description: 'All that was ever promised to wallets, up to it.' }),
  added_nanos: Nanos.nullable().meta({ description: 'What of it is new.' }),
  proposed_at: Instant.nullable(),
  activates_at: Instant.nullable(),
  active_at: Instant.nullable(),
  ended_at: Instant.nullable(),
  void_reason: z.string().nullable(),
  can: z.object({ approve: Can, void: Can, retry: Can }),
});
export type DeskEpoch = z.infer<typeof DeskEpoch>;

export const HeldBack = z.object({
  why: z.enum(['no_wallet', 'looked_into', 'banned']),
  says: z.string(),
  people: z.int(),
  amount_nanos: Nanos,
});

/** What one person would be given, and for what. */
export const CutLine = z.object({
  person: PersonRef,
  wallet: Address,
  amount_nanos: Nanos.meta({ description: 'What comes to the wallet: the awards, less what is set off.' }),
  set_off_nanos: Nanos,
  awards: z.array(z.object({ round: z.string(), place: z.int(), amount_nanos: Nanos })),
});
export type CutLine = z.infer<typeof CutLine>;

/** What an epoch would commit if it were cut now. */
export const EpochPreview = z.object({
  people: z.int(),
  leaves: z.int(),
  added_nanos: Nanos,
  total_nanos: Nanos,
  set_off_nanos: Nanos.meta({ description: 'What people owed back, taken off what they were awarded.' }),
  short_nanos: Nanos.meta({ description: 'What of the total does not lie on the chain; "0" is enough.' }),
  digest: Bytes32.meta({
    description:
      'Of who would get what: an approval names it, so that nobody approves what they did not see.',
  }),
  lines: z.array(CutLine).max(CUT_LINES_MAX).meta({ description: 'The largest first.' }),
  held_back: z.array(HeldBack),
});

export const RewardsDesk = z.object({
  chain: RewardChain.nullable(),
  pool_nanos: Nanos.meta({ description: 'For prizes, promised to nobody.' }),
  promised_nanos: Nanos.meta({ description: 'What of it is only the word of the operator so far.' }),
  on_chain_nanos: Nanos,
  halt: Halt.extend({ id: Id }).nullable(),
  under_way: DeskEpoch.nullable(),
  live: DeskEpoch.nullable(),
  preview: EpochPreview.nullable().meta({ description: 'null: no chain to cut for.' }),
  can: z.object({ draft: Can, deposit: Can, lift_halt: Can }),
});
export type RewardsDesk = z.infer<typeof RewardsDesk>;

import * as z from 'zod';
import { Instant } from '../base.ts';
import { Nanos } from '../competitions/shapes.ts';

/** As pages show them: with the capitals of EIP-55, by which a wallet sees a mistyped one. */
export const Address = z
  .string()
  .regex(/^0x[0-9a-fA-F]{40}$/, 'is an address, such as 0x52908400098527886E0F7030069857D2E4169EE7')
  .meta({ description: '20 bytes in hex, after 0x.' });
export const Bytes32 = z
  .string()
  .regex(/^0x[0-9a-f]{64}$/)
  .meta({ description: '32 bytes in lower-case hex, after 0x.' });
export const Whole = z
  .string()
  .regex(/^\d{1,78}$/)
  .meta({ description: 'A whole number as a decimal string.' });

/** What the contract counts in. */
export const BaseUnits = Whole.meta({ description: 'Base units of the token; 10^18 are one $STELAI.' });

/** Where $STELAI is paid. */
export const RewardChain = z.object({
  chain_id: Whole,
  is_embedded: z.boolean().meta({ description: 'The chain that this installation keeps for itself.' }),
  token: Address,
  distributor: Address,
});
export type RewardChain = z.infer<typeof RewardChain>;

export const EpochState = z.enum([
  'drafted',
  'cut',
  'proposed',
  'vetoed',
  'voiding',
  'active',
  'superseded',
  'voided',
]);
export type EpochState = z.infer<typeof EpochState>;

/** What anybody may know of an epoch whose leaves are frozen. */
export const PublicEpoch = z.object({
  number: Whole,
  state: EpochState,
  says: z.string(),
  root: Bytes32,
  manifest_digest: Bytes32.meta({ description: 'SHA-256 of the manifest, as it stands on the chain.' }),
  manifest_url: z.string().nullable().meta({ description: 'null: it was voided.' }),
  leaves: z.int(),
  total_nanos: Nanos.meta({ description: 'All that was ever promised to wallets, up to this epoch.' }),
  added_nanos: Nanos.meta({ description: 'What of it is new in this epoch.' }),
  cut_at: Instant,
  proposed_at: Instant.nullable(),
  activates_at: Instant.nullable().meta({ description: 'The end of the delay in which it may be vetoed.' }),
  active_at: Instant.nullable(),
  ended_at: Instant.nullable().meta({ description: 'When a later one took its place, or it was voided.' }),
});
export type PublicEpoch = z.infer<typeof PublicEpoch>;

/** Nothing is promised, published or posted while it stands. */
export const Halt = z.object({ since: Instant, code: z.string(), says: z.string() });
export type Halt = z.infer<typeof Halt>;

import path from 'node:path';
import * as z from 'zod';
import type { NamedDeployment } from './chain/index.ts';
import { isSafeUrl } from './kit/safe-url.ts';

/** Which chain $STELAI is paid on, as the operator says. */
export type ChainSetting =
  | { kind: 'none' }
  | {
      kind: 'embedded';
      /** Else it is only what a laptop gets, and goes without where anvil does not run. */
      is_asked_for: boolean;
      delay_s: bigint;
      grace_s: bigint;
    }
  | {
      kind: 'elsewhere';
      rpc_urls: readonly string[];
      deployment: NamedDeployment;
      guardian: string;
      /** Whose key is not here: a process that only reads says who publishes. */
      publisher: string | null;
      publisher_key_file: string | null;
      relayer_key_file: string | null;
    };

const ChainAddress = z
  .string()
  .regex(/^0x[0-9a-fA-F]{40}$/, 'must be an address: 0x and 40 digits')
  .transform((address) => address.toLowerCase())
  .optional();
/** Of a root: the contract takes no longer ones. */
const WAIT_S_MAX = 30n * 86_400n;
const DELAY_S = 60n;
const GRACE_S = 86_400n;

export const CHAIN_ENVIRONMENT = {
  CHAIN: z.string().optional(),
  CHAIN_ID: z.coerce.bigint().min(1n).max(BigInt(Number.MAX_SAFE_INTEGER)).optional(),
  TOKEN_ADDRESS: ChainAddress,
  DISTRIBUTOR_ADDRESS: ChainAddress,
  TIMELOCK_ADDRESS: ChainAddress,
  GUARDIAN_ADDRESS: ChainAddress,
  DEPLOYED_AT_BLOCK: z.coerce.bigint().min(0n).optional(),
  PUBLISHER_ADDRESS: ChainAddress,
  PUBLISHER_KEY_FILE: z.string().optional(),
  RELAYER_KEY_FILE: z.string().optional(),
  REWARDS_DELAY_S: z.coerce.bigint().min(1n).max(WAIT_S_MAX).default(DELAY_S),
  REWARDS_GRACE_S: z.coerce.bigint().min(0n).max(WAIT_S_MAX).default(GRACE_S),
};
const ChainEnvironment = z.object(CHAIN_ENVIRONMENT);
type ChainEnvironment = z.infer<typeof ChainEnvironment>;

/** `embeds`: where nothing is said, a chain of our own comes with the database of our own. */
export function readChainSetting(values: ChainEnvironment, embeds: boolean): ChainSetting {
  const named = values.CHAIN ?? (embeds ? 'embedded' : 'none');
  if (named === 'none') return { kind: 'none' };
  if (named !== 'embedded') return elsewhere(named, values);
  return {
    kind: 'embedded',
    is_asked_for: values.CHAIN !== undefined,
    delay_s: values.REWARDS_DELAY_S,
    grace_s: values.REWARDS_GRACE_S,
  };
}

function elsewhere(named: string, values: ChainEnvironment): ChainSetting {
  const rpc_urls = named.split(',').map((url) => url.trim());
  // not told which: the key of a provider may stand in it
  if (!rpc_urls.every(isSafeUrl))
    throw new Error(
      'CHAIN must be "embedded", "none", or addresses of nodes with commas between them: https, or on this very machine, and without a password',
    );
  const {
    PUBLISHER_ADDRESS: publisher,
    PUBLISHER_KEY_FILE: publisher_key,
    RELAYER_KEY_FILE: relayer_key,
  } = values;
  if (publisher !== undefined && publisher_key !== undefined)
    throw new Error('PUBLISHER_KEY_FILE says who publishes, so PUBLISHER_ADDRESS must not be set');
  if (publisher === undefined && publisher_key === undefined)
    throw new Error(
      'CHAIN names a chain elsewhere: PUBLISHER_KEY_FILE must be set too, or PUBLISHER_ADDRESS where nothing is published from',
    );
  return {
    kind: 'elsewhere',
    rpc_urls,
    deployment: {
      chain_id: wanted(values, 'CHAIN_ID'),
      token: wanted(values, 'TOKEN_ADDRESS'),
      distributor: wanted(values, 'DISTRIBUTOR_ADDRESS'),
      timelock: wanted(values, 'TIMELOCK_ADDRESS'),
      deployed_at: wanted(values, 'DEPLOYED_AT_BLOCK'),
    },
    guardian: wanted(values, 'GUARDIAN_ADDRESS'),
    publisher: publisher ?? null,
    publisher_key_file: publisher_key === undefined ? null : path.resolve(publisher_key),
    relayer_key_file: relayer_key === undefined ? null : path.resolve(relayer_key),
  };
}

function wanted<Name extends keyof ChainEnvironment>(
  values: ChainEnvironment,
  name: Name,
): NonNullable<ChainEnvironment[Name]> {
  const value = values[name];
  if (value === undefined || value === null)
    throw new Error(`CHAIN names a chain elsewhere: ${name} must be set too`);
  return value;
}

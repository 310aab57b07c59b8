// The chain that rewards are paid on, as a part of the product: opened at the start, and waited for where it is away.
import type { ChainSetting } from './chain-setting.ts';
import { embeddedChainKeys, readChainKey } from './chain-keys.ts';
import {
  addressOf,
  type Chain,
  ChainFailed,
  deployRewards,
  type NamedDeployment,
  openChain,
} from './chain/index.ts';
import type { Config } from './config.ts';
import type { Clock } from './kit/clock.ts';
import type { Database } from './kit/database.ts';
import type { EmbeddedChain } from './kit/embedded-chain.ts';
import type { Log } from './kit/log.ts';
import { shortly } from './kit/shortly.ts';
import * as rewards from './modules/rewards/index.ts';

export type RewardsChain = {
  /** Null where there is none, and until one of others has answered for the first time. */
  readonly chain: Chain | null;
  state(): Promise<ChainState>;
  close(): void;
};
export type ChainState = 'none' | 'ok' | 'away';

export type RewardsChainNeeds = {
  config: Pick<Config, 'chain' | 'keys_dir'>;
  database: Database;
  clock: Clock;
  log: Log;
  /** Whoever started it stops it. */
  embedded?: EmbeddedChain | undefined;
  /** How soon one of others that was away is asked again. */
  again_ms?: number;
};

export type ChainRefusal =
  /** The books hang on another chain, or on other contracts. */
  | 'CHAIN_IS_ANOTHER'
  /** The embedded chain does not know what the books know of it. */
  | 'CHAIN_FORGOT'
  /** Another process holds the embedded chain of this folder. */
  | 'CHAIN_IN_USE';

export class ChainRefused extends Error {
  readonly code: ChainRefusal;

  constructor(code: ChainRefusal, sentence: string) {
    super(`${code}: ${sentence}`);
    this.name = 'ChainRefused';
    this.code = code;
  }
}

/** What is wrong refuses the start. What is only away is tried again until it answers. */
export async function openRewardsChain(needs: RewardsChainNeeds): Promise<RewardsChain> {
  const setting = needs.config.chain;
  if (setting.kind === 'none') return { chain: null, state: async () => 'none', close: () => {} };
  if (setting.kind === 'elsewhere') return waitingFor(() => openElsewhere(setting, needs), needs);
  const { embedded } = needs;
  if (!embedded) throw new Error('the embedded chain was not started');
  const chain = await openEmbedded(setting, { ...needs, embedded });
  return { chain, state: () => stateOf(chain), close: () => {} };
}

// --- Ours ------------------------------------------------------------------------------------------------------

const BASE_UNITS = 10n ** 18n;
/** All there will ever be, and what of it lies ready for the first rounds. The rest stays in the treasury. */
const SUPPLY = 1_000_000_000n * BASE_UNITS;
const FIRST_DEPOSIT = 1_000_000n * BASE_UNITS;
/** How long the admin of the contracts announces what it does. */
const ADMIN_DELAY_S = 60n;

type Embedded = Extract<ChainSetting, { kind: 'embedded' }>;

async function openEmbedded(
  setting: Embedded,
  needs: RewardsChainNeeds & { embedded: EmbeddedChain },
): Promise<Chain> {
  const { database, embedded } = needs;
  const keys = await embeddedChainKeys(needs.config.keys_dir);
  const guardian = addressOf(keys.guardian);
  const open = (deployment: NamedDeployment) =>
    openChain({ rpc_urls: [embedded.url], deployment, guardian, keys, embedded });

  const known = await rewards.deploymentOf(database.db);
  if (known) {
    if (!known.is_embedded || known.chain_id !== embedded.chain_id)
      isAnother(`contracts on chain ${known.chain_id}`, 'the embedded chain');
    return open(known).catch(forgot);
  }
  // Written down last: cut short before, nobody knows of these contracts, and the next start makes others.
  const deployment = await deployRewards({
    chain: embedded,
    treasury_key: keys.treasury,
    publisher: addressOf(keys.publisher),
    guardian,
    relayer: addressOf(keys.relayer),
    supply: SUPPLY,
    delay_s: setting.delay_s,
    grace_s: setting.grace_s,
    admin_delay_s: ADMIN_DELAY_S,
  });
  const chain = await open(deployment);
  await chain.deposit(FIRST_DEPOSIT);
  await chain.checkpoint();
  await writeDown({ ...deployment, is_embedded: true }, needs);
  return chain;
}

/** Without its state, with one of before the contracts, or with other keys: it must not go on as if nothing had been paid. */
function forgot(error: unknown): never {
  if (
    error instanceof ChainFailed &&
    (error.code === 'CHAIN_CODE_DIFFERS' || error.code === 'CHAIN_SETUP_DIFFERS')
  )
    throw new ChainRefused(
      'CHAIN_FORGOT',
      `the embedded chain is not as the books know it (${error.message}): put back the folder "chain" of DATA_DIR and of KEYS_DIR, or start with CHAIN=none`,
    );
  throw error;
}

// --- Of others -------------------------------------------------------------------------------------------------

type Elsewhere = Extract<ChainSetting, { kind: 'elsewhere' }>;

async function openElsewhere(setting: Elsewhere, needs: RewardsChainNeeds): Promise<Chain> {
  const { deployment, guardian, publisher } = setting;
  const known = await rewards.deploymentOf(needs.database.db);
  if (known) assertSame(known, deployment);
  const chain = await openChain({
    rpc_urls: setting.rpc_urls,
    deployment,
    guardian,
    keys: {
      ...(setting.publisher_key_file !== null && {
        publisher: await readChainKey(setting.publisher_key_file),
      }),
      ...(setting.relayer_key_file !== null && { relayer: await readChainKey(setting.relayer_key_file) }),
    },
    ...(publisher !== null && { publisher }),
  });
  if (!known) await writeDown({ ...deployment, is_embedded: false }, needs);
  return chain;
}

const AGAIN_MS = 10_000;

async function waitingFor(
  open: () => Promise<Chain>,
  { log, again_ms = AGAIN_MS }: RewardsChainNeeds,
): Promise<RewardsChain> {
  let chain: Chain | null = null;
  let closed = false;
  let timer: NodeJS.Timeout | undefined;

  const again = () => {
    if (!closed) timer = setTimeout(() => void tryAgain(), again_ms).unref();
  };
  async function tryAgain() {
    try {
      chain = await open();
      log.info('the chain answers now');
    } catch (error) {
      if (!isAway(error))
        log.error({ err: error }, 'the chain answers, and is not the one that it should be');
      again();
    }
  }

  try {
    chain = await open();
  } catch (error) {
    if (!isAway(error)) throw error;
    log.warn({ err: error }, 'the chain does not answer: going on without it, and asking again');
    again();
  }
  return {
    get chain() {
      return chain;
    },
    state: async () => (chain ? stateOf(chain) : 'away'),
    close() {
      closed = true;
      clearTimeout(timer);
    },
  };
}

const isAway = (error: unknown) => error instanceof ChainFailed && error.code === 'CHAIN_AWAY';

// --- What the books hang on --------------------------------------------------------------------------------------

/** Of two starts at once one writes; the other finds whether it speaks of the same. */
async function writeDown(
  deployment: rewards.KnownDeployment,
  { database, clock }: RewardsChainNeeds,
): Promise<void> {
  const known = await database.inTransaction(async (tx) => {
    await rewards.writeDeployment(tx, deployment, clock.now());
    return rewards.deploymentOf(tx);
  });
  if (known) assertSame(known, deployment);
}

function assertSame(known: NamedDeployment, named: NamedDeployment): void {
  for (const part of ['chain_id', 'token', 'distributor', 'timelock', 'deployed_at'] as const)
    if (known[part] !== named[part]) isAnother(`${part} ${known[part]}`, String(named[part]));
}

function isAnother(known: string, named: string): never {
  throw new ChainRefused(
    'CHAIN_IS_ANOTHER',
    `the books hang on ${known}, and ${named} is what this start is for: what was awarded and committed is there. Name that one, or begin another installation`,
  );
}

// --- How it is -----------------------------------------------------------------------------------------------------

const LOOK_AGAIN_MS = 10_000;
const PATIENCE_MS = 2_000;
const lately = shortly<Chain, ChainState>(LOOK_AGAIN_MS);

/** Whether a node answers in time; asked anew every ten seconds at most. */
const stateOf = (chain: Chain): Promise<ChainState> =>
  lately(chain, 'state', () => {
    const tooLate = new Promise<ChainState>((late) => setTimeout(late, PATIENCE_MS, 'away').unref());
    const answer = chain.latest().then(
      (): ChainState => 'ok',
      (): ChainState => 'away',
    );
    return Promise.race([answer, tooLate]);
  });

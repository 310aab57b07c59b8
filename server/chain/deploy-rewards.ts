import {
  type Abi,
  createPublicClient,
  createWalletClient,
  type EncodeDeployDataParameters,
  encodeDeployData,
  type Hex,
  http,
} from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { rewardDistributor, stelaiToken, timelockController } from '../../contracts/index.ts';
import type { EmbeddedChain } from '../kit/embedded-chain.ts';
import { named } from './failed.ts';
import type { Address, Deployment } from './types.ts';

export type DeployOptions = {
  chain: EmbeddedChain;
  /** The private key that gets the whole supply, pays for this and speaks through the timelock. */
  treasury_key: string;
  publisher: Address;
  guardian: Address;
  /** Others who pay for transactions. */
  relayer: Address;
  /** Base units, all there will ever be. */
  supply: bigint;
  /** How long a root waits, how long the one before it is taken, how long the admin announces what it does. */
  delay_s: bigint;
  grace_s: bigint;
  admin_delay_s: bigint;
};

/** More than all that a machine will ever send. */
const COINS = 10n ** 24n;

/**
 * Our contracts on an embedded chain of ours. On any other chain people deploy them, with keys that no server has.
 * Cut short it leaves nothing that counts: whoever calls it writes down what it answers, or calls it again.
 */
export async function deployRewards(options: DeployOptions): Promise<Deployment> {
  const { chain } = options;
  const account = privateKeyToAccount(options.treasury_key as Hex);
  const treasury = account.address.toLowerCase() as Address;
  for (const address of [treasury, options.publisher, options.guardian, options.relayer])
    await chain.fund(address, COINS);

  const transport = http(chain.url);
  const nodes = createPublicClient({ transport, cacheTime: 0, pollingInterval: 20 });
  const wallet = createWalletClient({ account, transport });

  async function deploy<const A extends Abi>(what: string, contract: EncodeDeployDataParameters<A>) {
    const data = encodeDeployData(contract as EncodeDeployDataParameters);
    const hash = await named(`deploying the ${what}`, wallet.sendTransaction({ data, chain: null }));
    const receipt = await named(`deploying the ${what}`, nodes.waitForTransactionReceipt({ hash }));
    const address = receipt.contractAddress;
    if (receipt.status !== 'success' || !address) throw new Error(`the ${what} could not be deployed`);
    return { address: address.toLowerCase() as Address, block: receipt.blockNumber };
  }

  const token = await deploy('token', { ...stelaiToken, args: [treasury, options.supply] });
  const timelock = await deploy('timelock', {
    ...timelockController,
    args: [options.admin_delay_s, [treasury], [treasury], ZERO],
  });
  const distributor = await deploy('distributor', {
    ...rewardDistributor,
    args: [
      token.address,
      options.delay_s,
      options.grace_s,
      timelock.address,
      options.publisher,
      options.guardian,
    ],
  });
  await chain.checkpoint();
  return {
    chain_id: chain.chain_id,
    token: token.address,
    distributor: distributor.address,
    timelock: timelock.address,
    deployed_at: distributor.block,
  };
}

/** No other admin of the timelock but itself. */
const ZERO = '0x0000000000000000000000000000000000000000';

import { encodeFunctionData, isHex, TransactionReceiptNotFoundError } from 'viem';
import { rewardDistributor, stelaiToken } from '../../contracts/index.ts';
import type { EmbeddedChain } from '../kit/embedded-chain.ts';
import { assertContracts } from './assert-contracts.ts';
import { named } from './failed.ts';
import { assertNodes, openNodes } from './nodes.ts';
import { assertNoPublicKey } from './public-keys.ts';
import { readBlock, readEvents } from './read-events.ts';
import { dateOf, readClaimed, readState } from './read-state.ts';
import { openSender } from './sender.ts';
import type { Address, Block, Chain, Claim, Deployment, NamedDeployment } from './types.ts';

export type ChainOptions = {
  /** Asked in this order. */
  rpc_urls: readonly string[];
  deployment: NamedDeployment;
  /** Who may stop things. Its key is elsewhere, but for the embedded chain. */
  guardian: string;
  /** Private keys. Who only reads has none but must say who publishes. */
  keys: { publisher?: string; relayer?: string; treasury?: string };
  publisher?: string;
  /** The chain beneath, where it is ours. Whoever started it stops it. */
  embedded?: EmbeddedChain;
};

/** Nothing of it is used before all of it was found to be ours. */
export async function openChain(options: ChainOptions): Promise<Chain> {
  const deployment = lowered(options.deployment);
  const { chain_id, token, distributor } = deployment;
  const place = { chain_id, rpc_urls: options.rpc_urls };
  const { nodes, transport } = openNodes(place);
  const publisher = openSender('publisher', options.keys.publisher, { chain_id, transport });
  const relayer = openSender('relayer', options.keys.relayer, { chain_id, transport });
  const treasury = openSender('treasury', options.keys.treasury, { chain_id, transport });
  const roles = {
    publisher: low(publisher.address ?? options.publisher ?? NOBODY),
    guardian: low(options.guardian),
  };

  assertNoPublicKey(place, {
    ...roles,
    relayer: relayer.address,
    treasury: treasury.address,
    admin: deployment.timelock,
  });
  await assertNodes(place);
  await assertContracts(nodes, deployment, roles);

  const blockCalled = async (blockTag: 'latest' | 'finalized'): Promise<Block> => {
    const { number, hash, timestamp } = await named(
      `reading the ${blockTag} block`,
      nodes.getBlock({ blockTag }),
    );
    return { number, hash, at: dateOf(timestamp) };
  };
  const onDistributor = { address: distributor, abi: rewardDistributor.abi };

  return {
    id: chain_id,
    token,
    distributor,
    is_embedded: options.embedded !== undefined,
    deployed_at: deployment.deployed_at,
    finalized: () => blockCalled('finalized'),
    latest: () => blockCalled('latest'),
    blockAt: (number) => readBlock(nodes, number),
    stateAt: (block) => readState(nodes, deployment, block),
    claimedAt: (block, wallets) => readClaimed(nodes, distributor, block, wallets),
    eventsBetween: (from, to) => readEvents(nodes, deployment, from, to),
    propose: ({ epoch, root, manifest, total }) =>
      publisher.send({
        ...onDistributor,
        functionName: 'propose',
        args: [epoch, root as Address, manifest as Address, total],
      }),
    activate: () => publisher.send({ ...onDistributor, functionName: 'activate', args: [] }),
    veto: () => publisher.send({ ...onDistributor, functionName: 'veto', args: [] }),
    relayClaims: (claims, where) =>
      relayer.send({ ...onDistributor, functionName: 'claimMany', args: [claims.map(claimed)] }, where),
    deposit: (amount) =>
      treasury.send({
        address: token,
        abi: stelaiToken.abi,
        functionName: 'transfer',
        args: [distributor, amount],
      }),
    async outcomeOf({ tx_hash }) {
      const receipt = await named(
        'reading what became of a transaction',
        nodes.getTransactionReceipt({ hash: tx_hash }).catch((error: unknown) => {
          if (error instanceof TransactionReceiptNotFoundError) return null;
          throw error;
        }),
      );
      return receipt && { succeeded: receipt.status === 'success', block_number: receipt.blockNumber };
    },
    claimCall: (claim) => {
      const { account, cumulative, proof } = claimed(claim);
      const data = encodeFunctionData({
        ...onDistributor,
        functionName: 'claim',
        args: [account, cumulative, proof],
      });
      return { to: distributor, data, chain_id };
    },
    async verifySignature(address, message, signature) {
      if (!isHex(signature)) return false;
      const asked = nodes.verifyMessage({ address: address as Address, message, signature });
      if (await named('checking a signature', asked)) return true;
      // A node that is away says no to everything: then it is no answer.
      await named('checking a signature', nodes.getChainId());
      return false;
    },
    checkpoint: async () => options.embedded?.checkpoint(),
  };
}

const NOBODY = '0x0000000000000000000000000000000000000000';

const low = (address: string) => address.toLowerCase() as Address;

const lowered = (one: NamedDeployment): Deployment => ({
  ...one,
  token: low(one.token),
  distributor: low(one.distributor),
  timelock: low(one.timelock),
});

const claimed = ({ wallet, cumulative, proof }: Claim) => ({
  account: wallet as Address,
  cumulative,
  proof: proof as readonly Address[],
});

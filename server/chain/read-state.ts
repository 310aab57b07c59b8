import { rewardDistributor, stelaiToken } from '../../contracts/index.ts';
import { named } from './failed.ts';
import type { Nodes } from './nodes.ts';
import type { Address, Deployment, DistributorState, Root } from './types.ts';

/** About 100 calls in one question: nodes limit the length of it. */
const CALL_BYTES_MAX = 16_384;

export async function readState(
  nodes: Nodes,
  { token, distributor: address }: Deployment,
  blockNumber: bigint,
): Promise<DistributorState> {
  const { abi } = rewardDistributor;
  const read = { address, abi, blockNumber };
  const [live, pending, previous, claimed, balance, reserved, until, paused, delay, grace] = await named(
    `reading the distributor at block ${blockNumber}`,
    Promise.all([
      nodes.readContract({ ...read, functionName: 'live' }),
      nodes.readContract({ ...read, functionName: 'pending' }),
      nodes.readContract({ ...read, functionName: 'previous' }),
      nodes.readContract({ ...read, functionName: 'totalClaimed' }),
      nodes.readContract({
        address: token,
        abi: stelaiToken.abi,
        functionName: 'balanceOf',
        args: [address],
        blockNumber,
      }),
      nodes.readContract({ ...read, functionName: 'reservedTotal' }),
      nodes.readContract({ ...read, functionName: 'reservedUntil' }),
      nodes.readContract({ ...read, functionName: 'paused' }),
      nodes.readContract({ ...read, functionName: 'delay' }),
      nodes.readContract({ ...read, functionName: 'grace' }),
    ]),
  );
  return {
    live: rootOf(live),
    pending: rootOf(pending),
    previous: rootOf(previous),
    total_claimed: claimed,
    balance,
    reserved_total: reserved,
    reserved_until: dateOf(until),
    is_paused: paused,
    delay_s: delay,
    grace_s: grace,
  };
}

export async function readClaimed(
  nodes: Nodes,
  distributor: Address,
  blockNumber: bigint,
  wallets: readonly string[],
): Promise<Map<string, bigint>> {
  if (wallets.length === 0) return new Map();
  const amounts = await named(
    `reading what wallets claimed until block ${blockNumber}`,
    nodes.multicall({
      // nothing has to be deployed for it: the question brings the contract that asks
      deployless: true,
      allowFailure: false,
      batchSize: CALL_BYTES_MAX,
      blockNumber,
      contracts: wallets.map((wallet) => ({
        address: distributor,
        abi: rewardDistributor.abi,
        functionName: 'claimed' as const,
        args: [wallet as Address] as const,
      })),
    }),
  );
  return new Map(wallets.map((wallet, index) => [wallet, amounts[index]!]));
}

type Words = readonly [root: Address, manifest: Address, total: bigint, epoch: bigint, eta: bigint];

/** The first activation leaves a previous root behind that never was. */
function rootOf([root, manifest, total, epoch, eta]: Words): Root | null {
  if (BigInt(root) === 0n) return null;
  return { epoch, root, manifest, total, eta: dateOf(eta) };
}

export const dateOf = (seconds: bigint) => new Date(Number(seconds) * 1_000);

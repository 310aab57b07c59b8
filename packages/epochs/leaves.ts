import { firstBitsOf, HASH_BYTES, keccak, toHex, writeHex } from './hashes.ts';
import { ORDERED_MAX, orderOf } from './order.ts';
import { demand } from './refusals.ts';

/** Which contract on which chain a leaf is for: in another place its proof is worth nothing. */
export type Place = { chain_id: bigint; distributor: string };

/** What a wallet was ever given, in base units; what it has claimed of it the contract knows. */
export type Leaf = { wallet: string; cumulative: bigint };

/** 18 decimals on the chain, 9 in the books. */
const BASE_UNITS_PER_NANO = 10n ** 9n;

export const toBaseUnits = (nanos: bigint): bigint => nanos * BASE_UNITS_PER_NANO;

export function toNanos(base_units: bigint): bigint {
  demand(base_units % BASE_UNITS_PER_NANO === 0n, 'NOT_WHOLE_NANOS', String(base_units));
  return base_units / BASE_UNITS_PER_NANO;
}

/** As wide as the contract's own numbers. */
const UINT64_MAX = 2n ** 64n - 1n;
const UINT128_MAX = 2n ** 128n - 1n;
export const LEAVES_MAX = ORDERED_MAX;

const ZERO_ADDRESS = `0x${'0'.repeat(40)}`;

export function demandAddress(address: string): void {
  if (/^0x[0-9a-f]{40}$/.test(address)) return;
  demand(!/^0x[0-9a-f]{40}$/i.test(address), 'ADDRESS_NOT_LOWER_CASE', address);
  demand(false, 'ADDRESS_MALFORMED', address);
}

export function demandPlace({ chain_id, distributor }: Place): void {
  demand(chain_id > 0n && chain_id <= UINT64_MAX, 'CHAIN_ID_IMPOSSIBLE', String(chain_id));
  demandAddress(distributor);
  demand(distributor !== ZERO_ADDRESS, 'ZERO_ADDRESS');
}

export function demandEpoch(epoch: bigint): void {
  demand(epoch > 0n && epoch <= UINT64_MAX, 'EPOCH_IMPOSSIBLE', String(epoch));
}

function demandLeaf({ distributor }: Place, { wallet, cumulative }: Leaf): void {
  demandAddress(wallet);
  demand(wallet !== ZERO_ADDRESS, 'ZERO_ADDRESS');
  demand(wallet !== distributor, 'DISTRIBUTOR_PAID');
  demand(cumulative > 0n, 'AMOUNT_NOT_POSITIVE', wallet);
  demand(cumulative <= UINT128_MAX, 'AMOUNT_TOO_LARGE', wallet);
}

export type Epoch = { leaves: readonly Leaf[]; total: bigint };

/** All leaves of an epoch in the order of their wallets, with their sum; refuses by name what the contract could not pay. */
export function inOrder(place: Place, leaves: readonly Leaf[]): Epoch {
  demandPlace(place);
  demand(leaves.length > 0, 'NO_LEAVES');
  demand(leaves.length <= LEAVES_MAX, 'TOO_MANY_LEAVES', String(leaves.length));
  for (const leaf of leaves) demandLeaf(place, leaf);
  const sorted = byWallet(leaves);
  let total = 0n;
  let before = '';
  for (const { wallet, cumulative } of sorted) {
    demand(wallet !== before, 'DUPLICATE_WALLET', wallet);
    before = wallet;
    total += cumulative;
  }
  demand(total <= UINT128_MAX, 'TOTAL_TOO_LARGE', String(total));
  return { leaves: sorted, total };
}

function byWallet(leaves: readonly Leaf[]): readonly Leaf[] {
  const walletAt = (index: number): string => leaves[index]?.wallet ?? '';
  const order = orderOf(
    leaves.length,
    (index) => firstBitsOf(walletAt(index)),
    (a, b) => (walletAt(a) < walletAt(b) ? -1 : 1),
  );
  const sorted = leaves.slice();
  for (const [to, from] of order.entries()) {
    const leaf = leaves[from];
    if (leaf) sorted[to] = leaf;
  }
  return sorted;
}

/** The leaf of a wallet among those that `inOrder` gave. */
export function leafOf(leaves: readonly Leaf[], wallet: string): Leaf | undefined {
  let [from, to] = [0, leaves.length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if ((leaves[middle]?.wallet ?? '') < wallet) from = middle + 1;
    else to = middle;
  }
  return leaves[from]?.wallet === wallet ? leaves[from] : undefined;
}

/** abi.encode(uint256 chain_id, address distributor, address wallet, uint256 cumulative) */
const PREIMAGE_BYTES = 4 * HASH_BYTES;

/**
 * How the leaves of a place are hashed: twice, and from 128 bytes, so that no node of the tree, which is made of 64, can
 * be handed in as a leaf.
 */
export function hashing({ chain_id, distributor }: Place): (leaf: Leaf) => Uint8Array {
  const preimage = new Uint8Array(PREIMAGE_BYTES);
  const once = new Uint8Array(HASH_BYTES);
  const words = new DataView(preimage.buffer);
  words.setBigUint64(24, chain_id);
  writeHex(distributor, preimage, 44);
  return ({ wallet, cumulative }) => {
    writeHex(wallet, preimage, 76);
    words.setBigUint64(112, cumulative >> 64n);
    words.setBigUint64(120, cumulative); // its lower 64 bits
    once.set(keccak(preimage));
    return keccak(once);
  };
}

export function leafHash(place: Place, leaf: Leaf): string {
  demandPlace(place);
  demandLeaf(place, leaf);
  return toHex(hashing(place)(leaf));
}

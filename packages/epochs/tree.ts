import { compareHashes, fromHash, HASH_BYTES, isHash, keccak, toHex } from './hashes.ts';
import {
  demandAddress,
  hashing,
  inOrder,
  type Epoch,
  type Leaf,
  leafHash,
  leafOf,
  type Place,
} from './leaves.ts';
import { orderOf } from './order.ts';
import { demand, ImpossibleEpoch } from './refusals.ts';

export type Proof = { cumulative: bigint; proof: string[] };

export type Tree = {
  root: string;
  /** The sum of all leaves: what the contract is told that it may pay in all. */
  total: bigint;
  /** In ascending order of their wallets. */
  leaves: readonly Leaf[];
  /** Null for a wallet that has no leaf. */
  proofOf(wallet: string): Proof | null;
  /** The flat tree, to be kept: root first, (2n − 1) hashes. It is the tree's own, not a copy. */
  bytes(): Uint8Array;
};

/** Others have their turn after so many hashes, some ten milliseconds. */
const HASHES_AT_ONCE = 10_000;

/**
 * Grows the tree that the contract knows the root of, of the same shape as OpenZeppelin's `StandardMerkleTree`: leaves in
 * descending order of their hashes at the end of one flat buffer, the parent of two nodes before them, the lesser of a
 * pair hashed first.
 */
export async function buildTree(place: Place, leaves: readonly Leaf[]): Promise<Tree> {
  const epoch = inOrder(place, leaves);
  const hash = hashing(place);
  const size = leaves.length;
  const nodes = new Uint8Array(nodesOf(size) * HASH_BYTES);
  const hashes = nodes.subarray((size - 1) * HASH_BYTES);
  // in the order in which they were given, and so lie in memory
  for (const [index, leaf] of leaves.entries()) {
    hashes.set(hash(leaf), index * HASH_BYTES);
    if (index % HASHES_AT_ONCE === 0) await othersTurn();
  }
  sortDescending(hashes);
  for (let at = size - 2; at >= 0; at -= 1) {
    nodes.set(join(nodes, 2 * at + 1, nodes, 2 * at + 2), at * HASH_BYTES);
    if (at % HASHES_AT_ONCE === 0) await othersTurn();
  }
  return treeOf(place, epoch, nodes);
}

/**
 * A tree that was kept, without hashing it anew. Whether its root is the one on the chain is for the caller to compare;
 * a proof that does not lead to this root is refused and not handed out.
 */
export function openTree(place: Place, leaves: readonly Leaf[], bytes: Uint8Array): Tree {
  const epoch = inOrder(place, leaves);
  demand(bytes.length === nodesOf(epoch.leaves.length) * HASH_BYTES, 'TREE_DAMAGED', 'another length');
  return treeOf(place, epoch, bytes);
}

/** Whether a leaf lies under a root, as the contract asks it. It takes whatever strangers write, and never throws. */
export function checkProof(place: Place, root: string, leaf: Leaf, proof: readonly string[]): boolean {
  if (!isHash(root) || !proof.every(isHash)) return false;
  try {
    let node = fromHash(leafHash(place, leaf));
    for (const sibling of proof) node = join(node, 0, fromHash(sibling), 0);
    return toHex(node) === root;
  } catch (error) {
    if (error instanceof ImpossibleEpoch) return false;
    throw error;
  }
}

function treeOf(place: Place, { leaves, total }: Epoch, nodes: Uint8Array): Tree {
  const root = toHex(nodes.subarray(0, HASH_BYTES));
  return {
    root,
    total,
    leaves,
    proofOf(wallet) {
      demandAddress(wallet);
      const leaf = leafOf(leaves, wallet);
      if (!leaf) return null;
      const proof: string[] = [];
      const hash = hashing(place)(leaf);
      for (let at = placeOf(hash, nodes, leaves.length); at > 0; at = (at - 1) >>> 1) {
        const sibling = (at % 2 === 1 ? at + 1 : at - 1) * HASH_BYTES;
        proof.push(toHex(nodes.subarray(sibling, sibling + HASH_BYTES)));
      }
      demand(checkProof(place, root, leaf, proof), 'TREE_DAMAGED', wallet);
      return { cumulative: leaf.cumulative, proof };
    },
    bytes: () => nodes,
  };
}

const nodesOf = (leaves: number): number => 2 * leaves - 1;

/** The parent of two nodes. The lesser is hashed first, so that a proof need not say on which side its hashes stand. */
function join(one: Uint8Array, a: number, other: Uint8Array, b: number): Uint8Array {
  const [left, right] = [a * HASH_BYTES, b * HASH_BYTES];
  const isFirst = compareHashes(one, left, other, right) < 0;
  PAIR.set(one.subarray(left, left + HASH_BYTES), isFirst ? 0 : HASH_BYTES);
  PAIR.set(other.subarray(right, right + HASH_BYTES), isFirst ? HASH_BYTES : 0);
  return keccak(PAIR);
}
const PAIR = new Uint8Array(2 * HASH_BYTES);

/** Where a leaf stands: they stand in descending order at the end. One that is not there is refused by its proof. */
function placeOf(hash: Uint8Array, nodes: Uint8Array, leaves: number): number {
  let [from, to] = [leaves - 1, nodesOf(leaves) - 1];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (compareHashes(nodes, middle * HASH_BYTES, hash, 0) > 0) from = middle + 1;
    else to = middle;
  }
  return from;
}

/** In their own room: each circle of hashes that take each other's places is walked once. */
function sortDescending(hashes: Uint8Array): void {
  const size = hashes.length / HASH_BYTES;
  const view = new DataView(hashes.buffer, hashes.byteOffset);
  const order = orderOf(
    size,
    (index) => view.getUint32(index * HASH_BYTES),
    (a, b) => compareHashes(hashes, a * HASH_BYTES, hashes, b * HASH_BYTES),
  ).reverse();
  const held = new Uint8Array(HASH_BYTES);
  for (let start = 0; start < size; start += 1) {
    let from = order[start] ?? start;
    if (from === start) continue;
    held.set(hashes.subarray(start * HASH_BYTES, (start + 1) * HASH_BYTES));
    let to = start;
    for (; from !== start; to = from, from = order[to] ?? to) {
      hashes.copyWithin(to * HASH_BYTES, from * HASH_BYTES, (from + 1) * HASH_BYTES);
      order[to] = to;
    }
    hashes.set(held, to * HASH_BYTES);
    order[to] = to;
  }
}

const othersTurn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

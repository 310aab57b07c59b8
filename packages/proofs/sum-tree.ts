import { type Bytes, concat, equal, fromHash, hex, isHash, type Sha256, sha256, sha256Hex } from './bytes.ts';
import { type Finding, lookAt } from './findings.ts';
import { climb, grow, isPosition, siblingsOf } from './tree.ts';

/**
 * A Merkle sum tree: a public root says how much is owed to everybody together, and each of them can check
 * that the own amount is in it, while the proof tells nothing of the others but sums of strangers.
 *
 * The idea is Gregory Maxwell's proof of liabilities (2013). His node hashed the total of its children, and
 * a liar could show each customer a different pair of sums with the same total and so prove less than is
 * owed (K. Hu, Z. Zhang, K. Guo, "Breaking the Binding: Attacks on the Merkle Approach to Prove Liabilities
 * and its Applications", 2019). Here a node commits to the sum and the hash of each child apart, as in
 * K. Chalkias, K. Lewi, P. Mohassel, V. Nikolaenko, "Distributed Auditing Proofs of Liabilities", 2020:
 *
 *   leaf = SHA-256(0x02 || commitment || amount)
 *   node = SHA-256(0x03 || left sum || left hash || right sum || right hash)
 *
 * Sums are 16 bytes, unsigned, high byte first. No sum is negative and none wraps around.
 *
 * What a root cannot show: that somebody was left out. Whoever is owed something must look.
 */
export type SumTree = { levels: readonly (readonly Node[])[]; root: string; total: string; size: number };

/** What is owed to one holder: a commitment to who that is (hex), and a whole amount in digits. */
export type SumLeaf = { commitment: string; amount: string };

/** The way from one leaf to the root. Positions count from 0. */
export type SumProof = { index: number; size: number; path: { hash: string; sum: string }[] };

/** What is published, and signed. */
export type SumRoot = { root: string; total: string; size: number };

type Node = { hash: Bytes; sum: bigint };

/**
 * Names a holder to nobody but the holder: SHA-256 over day, holder and a salt that the holder alone is told.
 * Another salt every day, or the same leaf would be followed from day to day.
 */
export const liabilityCommitment = (salt: string, day: string, holder_id: string): Promise<string> =>
  sha256Hex(`${day}|${holder_id}|${salt}`);

/** The root of a tree without leaves is SHA-256 of nothing; its total is 0. */
const EMPTY: Bytes = new Uint8Array(0);

/**
 * Throws a RangeError for a commitment that is no hash, an amount that is negative or no whole number, and
 * a total of 2^128 or more. The order of the leaves is the caller's: shuffle it, or it tells who is new.
 */
export async function sumTree(leaves: readonly SumLeaf[], hash: Sha256 = sha256): Promise<SumTree> {
  const hashed = await Promise.all(leaves.map((leaf) => leafOf(leaf, hash)));
  const levels = await grow(hashed, (left, right) => nodeOf(left, right, hash));
  const top = levels.at(-1)?.[0] ?? { hash: await hash(EMPTY), sum: 0n };
  return { levels, root: hex(top.hash), total: top.sum.toString(), size: leaves.length };
}

/** Throws a RangeError for a leaf that the tree does not have. */
export function sumProof(tree: SumTree, index: number): SumProof {
  const path = siblingsOf(tree.levels, index).map((node) => ({
    hash: hex(node.hash),
    sum: node.sum.toString(),
  }));
  return { index, size: tree.size, path };
}

/** Whether the leaf is counted in the published total, at its place in the tree of this root and size. It never throws. */
export const verifyLiability = (
  leaf: SumLeaf,
  proof: SumProof,
  published: SumRoot,
): Promise<Finding<'liability'>> =>
  lookAt('liability', async () => {
    const finding = (holds: boolean, detail: string) => ({ name: 'liability' as const, holds, detail });
    if (!isHash(leaf.commitment) || !isAmount(leaf.amount)) return finding(false, 'the leaf is none');
    if (!isHash(published.root) || !isAmount(published.total))
      return finding(false, 'what is published is no root');
    if (!isPosition(proof.index, proof.size)) return finding(false, 'the proof names no place in a tree');
    if (proof.size !== published.size) return finding(false, 'the proof is of a tree of another size');
    if (!Array.isArray(proof.path) || !proof.path.every(isStep))
      return finding(false, 'its path is no list of hashes and sums');
    return (await leadsTo(leaf, proof, published))
      ? finding(true, `${leaf.amount} of ${published.total}`)
      : finding(false, 'its path leads to another root or total');
  });

const isStep = (step: unknown): boolean => {
  const { hash, sum }: { hash?: unknown; sum?: unknown } = { ...(typeof step === 'object' && step) };
  return isHash(hash) && isAmount(sum);
};

async function leadsTo(leaf: SumLeaf, proof: SumProof, published: SumRoot): Promise<boolean> {
  const siblings = proof.path.map(({ hash, sum }) => ({ hash: fromHash(hash), sum: BigInt(sum) }));
  const start = await leafOf(leaf, sha256);
  // sums only grow on the way up: where all together fit, each does
  if (siblings.reduce((sum, node) => sum + node.sum, start.sum) >= LIMIT) return false;
  const top = await climb(start, proof, siblings, (left, right) => nodeOf(left, right, sha256));
  return top !== null && equal(top.hash, fromHash(published.root)) && top.sum === BigInt(published.total);
}

const LEAF = Uint8Array.of(0x02);
const NODE = Uint8Array.of(0x03);
const SUM_BYTES = 16;
const LIMIT = 1n << BigInt(SUM_BYTES * 8);

/** Digits of a whole number from 0 to 2^128 - 1, without leading zeros. */
export const isAmount = (text: unknown): boolean =>
  typeof text === 'string' && /^(0|[1-9][0-9]{0,38})$/.test(text) && BigInt(text) < LIMIT;

async function leafOf({ commitment, amount }: SumLeaf, hash: Sha256): Promise<Node> {
  if (!isAmount(amount)) throw new RangeError(`not an amount: ${amount}`);
  const sum = BigInt(amount);
  return { hash: await hash(concat(LEAF, fromHash(commitment), inBytes(sum))), sum };
}

async function nodeOf(left: Node, right: Node, hash: Sha256): Promise<Node> {
  const sum = left.sum + right.sum;
  if (sum >= LIMIT) throw new RangeError('the total does not fit into 128 bits');
  return {
    hash: await hash(concat(NODE, inBytes(left.sum), left.hash, inBytes(right.sum), right.hash)),
    sum,
  };
}

function inBytes(sum: bigint): Bytes {
  const bytes = new Uint8Array(SUM_BYTES);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, sum >> 64n);
  view.setBigUint64(8, sum & 0xffff_ffff_ffff_ffffn);
  return bytes;
}

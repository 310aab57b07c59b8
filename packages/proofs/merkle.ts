import { type Bytes, concat, equal, fromHash, hex, isHash, type Sha256, sha256 } from './bytes.ts';
import { type Finding, lookAt } from './findings.ts';
import { climb, grow, isPosition, siblingsOf } from './tree.ts';

/**
 * The hash tree of RFC 9162 section 2.1: a leaf is SHA-256(0x00 || bytes), a node SHA-256(0x01 || left ||
 * right), so that no leaf can be passed off as a node.
 */
export type MerkleTree = { levels: readonly (readonly Bytes[])[]; root: string; size: number };

/** The way from one leaf to the root. Positions count from 0; hashes are hex. */
export type InclusionProof = { index: number; size: number; path: string[] };

/** The root of a tree without leaves: SHA-256 of nothing. */
export const EMPTY_ROOT = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

export async function merkleTree(leaves: readonly Bytes[], hash: Sha256 = sha256): Promise<MerkleTree> {
  const hashed = await Promise.all(leaves.map(async (leaf) => hash(concat(LEAF, leaf))));
  const levels = await grow(hashed, nodeBy(hash));
  const top = levels.at(-1)?.[0];
  return { levels, root: top ? hex(top) : EMPTY_ROOT, size: leaves.length };
}

/** Throws a RangeError for a leaf that the tree does not have. */
export function inclusionProof(tree: MerkleTree, index: number): InclusionProof {
  return { index, size: tree.size, path: siblingsOf(tree.levels, index).map(hex) };
}

/** Whether `leaf` lies at its place in the tree of this root and size (RFC 9162 section 2.1.3.2). It never throws. */
export const verifyInclusion = (
  leaf: Bytes,
  proof: InclusionProof,
  root: string,
): Promise<Finding<'inclusion'>> =>
  lookAt('inclusion', async () => {
    const finding = (holds: boolean, detail: string) => ({ name: 'inclusion' as const, holds, detail });
    const { index, size, path } = proof;
    if (!(leaf instanceof Uint8Array)) return finding(false, 'the leaf is no bytes');
    if (!isPosition(index, size)) return finding(false, 'the proof names no place in a tree');
    if (!isHash(root)) return finding(false, 'the root is no hash');
    if (!Array.isArray(path) || !path.every(isHash)) return finding(false, 'its path is no list of hashes');
    return (await leadsTo(leaf, proof, root))
      ? finding(true, `leaf ${index + 1} of ${size}`)
      : finding(false, 'its path leads to another root');
  });

async function leadsTo(leaf: Bytes, proof: InclusionProof, root: string): Promise<boolean> {
  const start = await sha256(concat(LEAF, leaf));
  const top = await climb(start, proof, proof.path.map(fromHash), nodeBy(sha256));
  return top !== null && equal(top, fromHash(root));
}

const LEAF = Uint8Array.of(0x00);
const NODE = Uint8Array.of(0x01);

const nodeBy = (hash: Sha256) => (left: Bytes, right: Bytes) => hash(concat(NODE, left, right));

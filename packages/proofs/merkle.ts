import { type Bytes, concat, equal, fromHash, hex, isHash, type Sha256, sha256 } from './bytes.ts';
import { type Finding, lookAt } from './findings.ts';

/**
 * The hash tree of RFC 9162 section 2.1: a leaf is SHA-256(0x00 || bytes), a node SHA-256(0x01 || left ||
 * right), so that no leaf can be passed off as a node. An odd node goes up as it is, which is the same
 * tree as the RFC's split at the largest power of two.
 */
export type MerkleTree = { levels: readonly (readonly Bytes[])[]; root: string; size: number };

/** The way from one leaf to the root. Positions count from 0; hashes are hex. */
export type InclusionProof = { index: number; size: number; path: string[] };

/** The root of a tree without leaves: SHA-256 of nothing. */
export const EMPTY_ROOT = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

export async function merkleTree(leaves: readonly Bytes[], hash: Sha256 = sha256): Promise<MerkleTree> {
  let level = await Promise.all(leaves.map(async (leaf) => hash(concat(LEAF, leaf))));
  const levels = [level];
  while (level.length > 1) {
    level = await Promise.all(
      pairs(level).map(async ([left, right]) => (right ? nodeOf(left, right, hash) : left)),
    );
    levels.push(level);
  }
  const [top] = level;
  return { levels, root: top ? hex(top) : EMPTY_ROOT, size: leaves.length };
}

/** Throws a RangeError for a leaf that the tree does not have. */
export function inclusionProof(tree: MerkleTree, index: number): InclusionProof {
  if (!isPosition(index, tree.size)) throw new RangeError(`no leaf ${index} among ${tree.size}`);
  const path: string[] = [];
  let position = index;
  for (const level of tree.levels) {
    const sibling = level[position % 2 === 0 ? position + 1 : position - 1];
    if (sibling) path.push(hex(sibling));
    position = Math.floor(position / 2);
  }
  return { index, size: tree.size, path };
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

async function leadsTo(leaf: Bytes, { index, size, path }: InclusionProof, root: string): Promise<boolean> {
  let position = index;
  let last = size - 1;
  let node = await sha256(concat(LEAF, leaf));
  for (const sibling of path) {
    if (last === 0) return false;
    if (position % 2 === 1 || position === last) {
      node = await nodeOf(fromHash(sibling), node, sha256);
      // went up alone until it had somebody on its left
      while (position % 2 === 0) [position, last] = [position / 2, Math.floor(last / 2)];
    } else {
      node = await nodeOf(node, fromHash(sibling), sha256);
    }
    [position, last] = [Math.floor(position / 2), Math.floor(last / 2)];
  }
  return last === 0 && equal(node, fromHash(root));
}

/** Neighbours two by two; the last of an odd row stands alone. */
export function pairs<T>(row: readonly T[]): [T, T | undefined][] {
  return row.flatMap((left, index): [T, T | undefined][] =>
    index % 2 === 0 ? [[left, row[index + 1]]] : [],
  );
}

export const isPosition = (index: number, size: number): boolean =>
  Number.isSafeInteger(index) && Number.isSafeInteger(size) && index >= 0 && index < size;

const LEAF = Uint8Array.of(0x00);
const NODE = Uint8Array.of(0x01);

const nodeOf = (left: Bytes, right: Bytes, hash: Sha256) => hash(concat(NODE, left, right));

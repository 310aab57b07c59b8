// The hash tree of RFC 9162 section 2.1 over ballots in the order in which they were cast, the same as that of
// @stellary/proofs. It is written again because a count answers at once and needs nothing but itself.
import { type Bytes, fromHash, hex, isHash, sha256 } from './sha256.ts';

/** The way from one leaf to the root. Positions count from 0; hashes are hex. */
export type InclusionProof = { index: number; size: number; path: string[] };

/** A row of hashes, 32 bytes each, in one piece. */
type Row = Bytes;

/** A leaf is SHA-256(0x00 || bytes), a node SHA-256(0x01 || left || right). */
export function hashLeaf(leaf: Uint8Array): Bytes {
  const prefixed = new Uint8Array(leaf.length + 1);
  prefixed.set(leaf, 1);
  return sha256(prefixed);
}

/** The hashes of all leaves, laid side by side. */
export function hashLeaves(size: number, leafAt: (index: number) => Uint8Array): Row {
  const row = new Uint8Array(size * 32);
  for (let index = 0; index < size; index += 1) row.set(hashLeaf(leafAt(index)), index * 32);
  return row;
}

/** The root of the first `size` leaves. Of none it is SHA-256 of nothing. */
export function rootOf(hashed: Row, size = hashed.length / 32): string {
  let row = hashed.subarray(0, size * 32);
  if (row.length === 0) return hex(sha256(new Uint8Array()));
  while (row.length > 32) row = above(row);
  return hex(row);
}

/** Throws a RangeError for a leaf that is not there. */
export function proofOf(hashed: Row, index: number): InclusionProof {
  const size = hashed.length / 32;
  if (!isPlace(index, size)) throw new RangeError(`no leaf ${index} among ${size}`);
  const path: string[] = [];
  let position = index;
  for (let row = hashed; row.length > 32; row = above(row)) {
    const beside = position % 2 === 0 ? position + 1 : position - 1;
    if (beside * 32 < row.length) path.push(hex(row.subarray(beside * 32, beside * 32 + 32)));
    position = Math.floor(position / 2);
  }
  return { index, size, path };
}

/** Whether the leaf lies at its place in the tree of this root and size (RFC 9162 section 2.1.3.2). It never throws. */
export function isIncluded(leaf: Uint8Array, { index, size, path }: InclusionProof, root: string): boolean {
  if (!isPlace(index, size) || !isHash(root) || !Array.isArray(path) || !path.every(isHash)) return false;
  let position = index;
  let last = size - 1;
  let hash = hashLeaf(leaf);
  for (const sibling of path) {
    if (last === 0) return false;
    if (position % 2 === 1 || position === last) {
      hash = node(fromHash(sibling), hash);
      // went up alone until it had somebody on its left
      while (position % 2 === 0) [position, last] = [position / 2, Math.floor(last / 2)];
    } else {
      hash = node(hash, fromHash(sibling));
    }
    [position, last] = [Math.floor(position / 2), Math.floor(last / 2)];
  }
  return last === 0 && hex(hash) === root;
}

const isPlace = (index: number, size: number): boolean =>
  Number.isSafeInteger(index) && Number.isSafeInteger(size) && index >= 0 && index < size;

/** Neighbours join two by two; the last of an odd row goes up as it is. */
function above(row: Row): Row {
  const size = row.length / 32;
  const next = new Uint8Array(Math.ceil(size / 2) * 32);
  const pair = new Uint8Array(65).fill(1, 0, 1);
  for (let left = 0; left < size; left += 2) {
    const both = row.subarray(left * 32, Math.min(row.length, left * 32 + 64));
    if (both.length === 64) pair.set(both, 1);
    next.set(both.length === 64 ? sha256(pair) : both, left * 16);
  }
  return next;
}

function node(left: Uint8Array, right: Uint8Array): Bytes {
  const pair = new Uint8Array(65).fill(1, 0, 1);
  pair.set(left, 1);
  pair.set(right, 33);
  return sha256(pair);
}

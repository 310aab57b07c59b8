import { hashLeaves, isIncluded, proofOf, rootOf } from '@stellary/judging';
import { describe, expect, test } from 'vitest';
import { BOUGH, joined, leafHash, pathOf, rootOver } from './ballot-tree.ts';

const leafAt = (index: number) => new TextEncoder().encode(`ballot ${index}`);

/** The tree in pieces, as it lies in the database. */
function pieces(size: number) {
  const hashes = Array.from({ length: size }, (_, index) => leafHash(leafAt(index)));
  const whole = Math.floor(size / BOUGH);
  const boughs = Array.from({ length: whole }, (_, no) => joined(hashes.slice(no * BOUGH, (no + 1) * BOUGH)));
  return { hashes, boughs, rest: hashes.slice(whole * BOUGH) };
}

describe('the tree in pieces', () => {
  test.each([0, 1, 2, 255, 256, 257, 511, 512, 700, 1_500])(
    'of %i ballots has the root of the whole',
    (size) => {
      const { boughs, rest } = pieces(size);
      expect(rootOver(boughs, rest)).toBe(rootOf(hashLeaves(size, leafAt)));
    },
  );

  test.each([1, 3, 256, 257, 777])('of %i ballots leads from each to its root', (size) => {
    const { hashes, boughs, rest } = pieces(size);
    const root = rootOver(boughs, rest);
    const row = hashLeaves(size, leafAt);
    for (const index of new Set(
      [0, 1, 2, 254, 255, 256, 300, 511, 512, 776, size - 1].filter((one) => one < size),
    )) {
      const first = Math.floor(index / BOUGH) * BOUGH;
      const leaves = hashes.slice(first, Math.min(first + BOUGH, size));
      const proof = pathOf({ index, size }, { leaves, boughs, rest });
      expect(proof).toEqual(proofOf(row, index));
      expect(isIncluded(leafAt(index), proof, root)).toBe(true);
      expect(isIncluded(leafAt(index + 1), proof, root)).toBe(false);
    }
  });
});

import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Bytes, fromHash, hex, sha256, utf8 } from './bytes.ts';
import { EMPTY_ROOT, inclusionProof, merkleTree, verifyInclusion } from './merkle.ts';

const bytes = (text: string): Bytes => Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
const nodeSha256 = (input: Bytes): Bytes => new Uint8Array(createHash('sha256').update(input).digest());

/** The eight leaves and the roots of the test vectors that Certificate Transparency's implementations share. */
const LEAVES = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
].map(bytes);
const ROOTS = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];

/** The recursive definition of RFC 9162 section 2.1.1, to hold the levels against. */
function rootByDefinition(leaves: Bytes[]): string {
  if (leaves.length === 0) return hex(nodeSha256(new Uint8Array(0)));
  if (leaves.length === 1) return hex(nodeSha256(Uint8Array.of(0, ...(leaves[0] ?? []))));
  const half = 2 ** Math.floor(Math.log2(leaves.length - 1));
  const [left, right] = [rootByDefinition(leaves.slice(0, half)), rootByDefinition(leaves.slice(half))];
  return hex(nodeSha256(Uint8Array.of(1, ...fromHash(left), ...fromHash(right))));
}

const lies = async (...asked: Parameters<typeof verifyInclusion>) => (await verifyInclusion(...asked)).holds;
const numbered = (size: number): Bytes[] => Array.from({ length: size }, (_, index) => utf8(`leaf ${index}`));

describe('the Merkle tree of RFC 9162', () => {
  test('the shared test vectors', async () => {
    for (const [index, root] of ROOTS.entries())
      expect((await merkleTree(LEAVES.slice(0, index + 1))).root).toBe(root);
    expect((await merkleTree([])).root).toBe(EMPTY_ROOT);
  });

  test('is the recursive definition at every size, with either hash', async () => {
    for (const size of [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 15, 16, 17, 31, 33, 100]) {
      const leaves = numbered(size);
      expect((await merkleTree(leaves)).root, `${size}`).toBe(rootByDefinition(leaves));
      expect((await merkleTree(leaves, nodeSha256)).root).toBe(rootByDefinition(leaves));
    }
  });

  test('every leaf of every size has a proof that leads to the root', async () => {
    for (let size = 1; size <= 33; size += 1) {
      const leaves = numbered(size);
      const tree = await merkleTree(leaves, nodeSha256);
      for (const [index, leaf] of leaves.entries()) {
        const proof = inclusionProof(tree, index);
        expect(await lies(leaf, proof, tree.root), `${index} of ${size}`).toBe(true);
        expect(proof.path.length).toBeLessThanOrEqual(Math.ceil(Math.log2(size)));
      }
    }
  });

  test('a known path', async () => {
    const tree = await merkleTree(LEAVES.slice(0, 5));
    expect(inclusionProof(tree, 4)).toEqual({ index: 4, size: 5, path: [ROOTS[3]] });
    expect(inclusionProof(await merkleTree(LEAVES.slice(0, 1)), 0)).toEqual({ index: 0, size: 1, path: [] });
  });

  test('no other leaf, place, size, path or root passes', async () => {
    const arbitrary = fc.tuple(fc.integer({ min: 1, max: 40 }), fc.nat(), fc.nat(), fc.nat());
    await fc.assert(
      fc.asyncProperty(arbitrary, async ([size, a, b, c]) => {
        const leaves = numbered(size);
        const tree = await merkleTree(leaves, nodeSha256);
        const index = a % size;
        const proof = inclusionProof(tree, index);
        const leaf = leaves[index] ?? utf8('');
        const other = b % size;
        if (other !== index) {
          expect(await lies(leaf, { ...proof, index: other }, tree.root)).toBe(false);
          expect(await lies(leaves[other] ?? leaf, proof, tree.root)).toBe(false);
        }
        expect(await lies(utf8('stranger'), proof, tree.root)).toBe(false);
        const extra = [...proof.path, EMPTY_ROOT];
        expect(await lies(leaf, { ...proof, path: extra }, tree.root)).toBe(false);
        if (proof.path.length > 0) {
          const at = c % proof.path.length;
          const short = proof.path.toSpliced(at, 1);
          expect(await lies(leaf, { ...proof, path: short }, tree.root)).toBe(false);
          const wrong = proof.path.with(at, EMPTY_ROOT);
          expect(await lies(leaf, { ...proof, path: wrong }, tree.root)).toBe(false);
        }
        expect(await lies(leaf, proof, EMPTY_ROOT)).toBe(false);
      }),
    );
  });

  test('a node cannot be passed off as a leaf', async () => {
    const tree = await merkleTree(numbered(4), nodeSha256);
    const [left, right] = tree.levels[1] ?? [];
    const asLeaf = Uint8Array.of(...(left ?? []), ...(right ?? []));
    expect(await lies(asLeaf, { index: 0, size: 1, path: [] }, tree.root)).toBe(false);
  });

  test('what is no proof does not hold', async () => {
    const tree = await merkleTree(numbered(3));
    const leaf = utf8('leaf 0');
    const proof = inclusionProof(tree, 0);
    for (const broken of [
      { ...proof, index: -1 },
      { ...proof, index: 0.5 },
      { ...proof, index: 3 },
      { ...proof, size: NaN },
      { ...proof, size: 0 },
      { ...proof, path: ['xyz'] },
      { ...proof, path: proof.path.map((hash) => hash.toUpperCase()) },
    ])
      expect(await lies(leaf, broken, tree.root)).toBe(false);
    expect(await lies(leaf, proof, `${tree.root}00`)).toBe(false);
    expect(() => inclusionProof(tree, 3)).toThrow(RangeError);
    expect(() => inclusionProof(tree, -1)).toThrow(RangeError);
    expect(() => fromHash('ab')).toThrow(RangeError);
  });

  test('the hash is that of everybody', async () => {
    expect(hex(await sha256(utf8('abc')))).toBe(
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    );
  });
});

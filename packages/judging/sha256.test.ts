import { createHash, createHmac } from 'node:crypto';
import { canonical as canonicalOfProofs, inclusionProof, merkleTree } from '@stellary/proofs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonical } from './canonical.ts';
import { hashLeaves, isIncluded, proofOf, rootOf } from './merkle.ts';
import { hex, hmac, sha256, sha256InPieces, utf8 } from './sha256.ts';

const bytes = (max: number) => fc.uint8Array({ maxLength: max }).map((array) => Uint8Array.from(array));

test("a digest and a keyed digest are those of the machine's own library", () => {
  fc.assert(
    fc.property(bytes(300), bytes(200), (message, key) => {
      expect(hex(sha256(message))).toBe(createHash('sha256').update(message).digest('hex'));
      expect(hex(hmac(key)(message))).toBe(createHmac('sha256', key).update(message).digest('hex'));
    }),
  );
});

test('a message in pieces has the same digest, wherever it is cut', () => {
  fc.assert(
    fc.property(fc.array(bytes(200), { maxLength: 6 }), (pieces) => {
      const hashed = sha256InPieces();
      for (const piece of pieces) hashed.add(piece);
      expect(hex(hashed.digest())).toBe(createHash('sha256').update(Buffer.concat(pieces)).digest('hex'));
    }),
  );
});

test('the canonical text is that of the other package, which leaves it to a library', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(canonical(value)).toBe(canonicalOfProofs(value));
    }),
  );
  expect(() => canonical({ a: Number.NaN })).toThrow('no JSON number');
  expect(() => canonical(undefined)).toThrow('no JSON value');
});

test('the tree is that of the other package, and every proof of the one holds in the other', async () => {
  for (const size of [1, 2, 3, 5, 8, 13, 21]) {
    const leaves = Array.from({ length: size }, (_, index) => utf8(`ballot ${index}`));
    const hashed = hashLeaves(size, (index) => leaves[index] ?? utf8(''));
    const tree = await merkleTree(leaves);
    expect(rootOf(hashed)).toBe(tree.root);
    for (const [index, leaf] of leaves.entries()) {
      const proof = proofOf(hashed, index);
      expect(proof).toEqual(inclusionProof(tree, index));
      expect(isIncluded(leaf, proof, tree.root)).toBe(true);
      expect(isIncluded(utf8('another ballot'), proof, tree.root)).toBe(false);
      expect(isIncluded(leaf, { ...proof, index: index + 1 }, tree.root)).toBe(false);
    }
  }
  expect(() =>
    proofOf(
      hashLeaves(2, () => utf8('')),
      2,
    ),
  ).toThrow(RangeError);
  expect(rootOf(hashLeaves(0, () => utf8('')))).toBe((await merkleTree([])).root);
});

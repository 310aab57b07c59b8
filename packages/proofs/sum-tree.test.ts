import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Bytes, fromHash, hex } from './bytes.ts';
import { EMPTY_ROOT } from './merkle.ts';
import {
  type SumLeaf,
  liabilityCommitment,
  sumProof,
  type SumRoot,
  sumTree,
  verifyLiability,
} from './sum-tree.ts';

const hash = (input: Bytes): Bytes => new Uint8Array(createHash('sha256').update(input).digest());
const commitmentTo = (index: number): string => hex(hash(Uint8Array.of(index)));
const isCounted = async (...asked: Parameters<typeof verifyLiability>) =>
  (await verifyLiability(...asked)).holds;
const owed = (...amounts: (bigint | number)[]): SumLeaf[] =>
  amounts.map((amount, index) => ({ commitment: commitmentTo(index), amount: amount.toString() }));
const published = ({ root, total, size }: SumRoot): SumRoot => ({ root, total, size });

const sixteen = (sum: bigint): number[] =>
  Array.from({ length: 16 }, (_, index) => Number((sum >> BigInt(8 * (15 - index))) & 0xffn));

const MOST = (1n << 128n) - 1n;

describe('the Merkle sum tree', () => {
  test('the layout, written out by hand for three', async () => {
    const [a, b, c] = [7n, 0n, 1n << 70n].map((sum, index) => ({
      sum,
      hash: hash(Uint8Array.of(2, ...fromHash(commitmentTo(index)), ...sixteen(sum))),
    }));
    if (!a || !b || !c) throw new Error('three');
    const ab = hash(Uint8Array.of(3, ...sixteen(a.sum), ...a.hash, ...sixteen(b.sum), ...b.hash));
    const root = hash(Uint8Array.of(3, ...sixteen(7n), ...ab, ...sixteen(c.sum), ...c.hash));
    const tree = await sumTree(owed(7n, 0n, 1n << 70n));
    expect(published(tree)).toEqual({ root: hex(root), total: (7n + (1n << 70n)).toString(), size: 3 });
    expect(sumProof(tree, 2)).toEqual({ index: 2, size: 3, path: [{ hash: hex(ab), sum: '7' }] });
  });

  test('nobody is owed anything', async () => {
    expect(published(await sumTree([]))).toEqual({ root: EMPTY_ROOT, total: '0', size: 0 });
  });

  test('everybody finds the own amount in the total, at every size', async () => {
    for (let size = 1; size <= 20; size += 1) {
      const leaves = owed(...Array.from({ length: size }, (_, index) => index * 1_000_003));
      const tree = await sumTree(leaves, hash);
      expect(tree.total).toBe(leaves.reduce((all, { amount }) => all + BigInt(amount), 0n).toString());
      for (const [index, leaf] of leaves.entries()) {
        const proof = sumProof(tree, index);
        expect(await isCounted(leaf, proof, published(tree)), `${index} of ${size}`).toBe(true);
      }
    }
  });

  test('with another amount, total, size, place, sum or hash it does not', async () => {
    const amounts = fc.array(fc.bigInt({ min: 0n, max: 10n ** 20n }), { minLength: 2, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(amounts, fc.nat(), fc.nat(), async (sums, a, b) => {
        const leaves = owed(...sums);
        const tree = await sumTree(leaves, hash);
        const index = a % sums.length;
        const leaf = leaves[index] ?? { commitment: '', amount: '' };
        const proof = sumProof(tree, index);
        const root = published(tree);
        const more = (digits: string) => (BigInt(digits) + 1n).toString();

        expect(await isCounted({ ...leaf, amount: more(leaf.amount) }, proof, root)).toBe(false);
        expect(await isCounted({ ...leaf, commitment: EMPTY_ROOT }, proof, root)).toBe(false);
        expect(await isCounted(leaf, proof, { ...root, total: more(root.total) })).toBe(false);
        expect(await isCounted(leaf, proof, { ...root, size: root.size + 1 })).toBe(false);
        expect(await isCounted(leaf, proof, { ...root, root: EMPTY_ROOT })).toBe(false);
        const place = { ...proof, index: (index + 1) % sums.length };
        expect(await isCounted(leaf, place, root)).toBe(false);

        const at = b % proof.path.length;
        const step = proof.path[at] ?? { hash: '', sum: '' };
        for (const wrong of [
          { ...step, sum: more(step.sum) },
          { ...step, hash: EMPTY_ROOT },
        ])
          expect(await isCounted(leaf, { ...proof, path: proof.path.with(at, wrong) }, root)).toBe(false);
        expect(await isCounted(leaf, { ...proof, path: proof.path.toSpliced(at, 1) }, root)).toBe(false);
        expect(await isCounted(leaf, { ...proof, path: [...proof.path, step] }, root)).toBe(false);
      }),
    );
  });

  test('moving an amount from one child to the other changes the root, though the total is the same', async () => {
    const [one, other] = [await sumTree(owed(10, 0)), await sumTree(owed(0, 10))];
    expect(one.total).toBe(other.total);
    const proof = sumProof(one, 0);
    const shifted = { ...proof, path: [{ hash: sumProof(other, 0).path[0]?.hash ?? '', sum: '10' }] };
    expect(await isCounted({ commitment: commitmentTo(0), amount: '0' }, shifted, published(one))).toBe(
      false,
    );
  });

  test('no sum is negative, in fractions, or beyond 128 bits', async () => {
    for (const amount of ['-1', '1.5', '', '01', '1e3', (MOST + 1n).toString(), '9'.repeat(60)])
      await expect(sumTree([{ commitment: commitmentTo(0), amount }]), amount).rejects.toThrow(RangeError);
    await expect(sumTree([{ commitment: 'me', amount: '1' }])).rejects.toThrow(RangeError);
    await expect(sumTree(owed(MOST, 1))).rejects.toThrow('128 bits');
    expect((await sumTree(owed(MOST, 0))).total).toBe(MOST.toString());
    await expect(sumTree(owed(MOST - 1n, 1)).then(({ total }) => total)).resolves.toBe(MOST.toString());
  });

  test('a proof that would bring a negative sum, or one that wraps around, does not hold', async () => {
    const [first] = owed(5);
    const tree = await sumTree(owed(5, 7));
    const proof = sumProof(tree, 0);
    if (!first) throw new Error('one');
    for (const sum of ['-3', '07', '7.0', MOST.toString(), (MOST + 1n).toString()]) {
      const path = proof.path.map((step) => ({ ...step, sum }));
      expect(await isCounted(first, { ...proof, path }, published(tree)), sum).toBe(false);
    }
    const words = { ...proof, path: proof.path.map((step) => ({ ...step, hash: 'hash' })) };
    expect(await isCounted(first, words, published(tree))).toBe(false);
    expect(await isCounted({ ...first, amount: '-5' }, proof, published(tree))).toBe(false);
    expect(await isCounted({ ...first, commitment: 'me' }, proof, published(tree))).toBe(false);
    expect(await isCounted(first, proof, { ...published(tree), total: '-12' })).toBe(false);
    expect(await isCounted(first, proof, { ...published(tree), root: 'root' })).toBe(false);
    expect(await isCounted(first, { ...proof, index: 2 }, published(tree))).toBe(false);
    expect(() => sumProof(tree, 2)).toThrow(RangeError);
  });

  test('a commitment tells nobody who it is, and differs by the day', async () => {
    const one = await liabilityCommitment('salt', '2026-11-22', 'ada');
    expect(one).toBe(hex(hash(new TextEncoder().encode('2026-11-22|ada|salt'))));
    expect(one).not.toBe(await liabilityCommitment('salt', '2026-11-23', 'ada'));
  });
});

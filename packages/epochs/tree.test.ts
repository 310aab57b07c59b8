import { StandardMerkleTree } from '@openzeppelin/merkle-tree';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  buildTree,
  checkProof,
  ImpossibleEpoch,
  type Leaf,
  leafHash,
  openTree,
  type Place,
  type Refusal,
  toBaseUnits,
  toNanos,
} from './index.ts';
import { keccak, toHex } from './hashes.ts';

const UINT128_MAX = 2n ** 128n - 1n;

const address = fc
  .uint8Array({ minLength: 20, maxLength: 20 })
  .map((bytes) => toHex(bytes))
  .filter((text) => /[1-9a-f]/.test(text.slice(2)));
const place: fc.Arbitrary<Place> = fc.record({
  chain_id: fc.bigInt({ min: 1n, max: 2n ** 64n - 1n }),
  distributor: address,
});
const amount = fc.oneof(
  fc.bigInt({ min: 1n, max: 10n ** 27n }),
  fc.bigInt({ min: 1n, max: UINT128_MAX / 1_000n }),
  fc.constantFrom(1n, 2n ** 64n - 1n, 2n ** 64n, UINT128_MAX / 1_000n),
);
/** Wallets also share beginnings, as those do that were looked for. */
const wallet = fc.oneof(
  address,
  fc.integer({ min: 1, max: 999 }).map((number) => `0x00000000${String(number).padStart(32, '0')}`),
);
const leavesOf = (maxLength: number): fc.Arbitrary<Leaf[]> =>
  fc.uniqueArray(fc.record({ wallet, cumulative: amount }), {
    ...{ minLength: 1, maxLength, size: 'max', selector: (leaf) => leaf.wallet },
  });
const epoch = (maxLength: number) =>
  fc
    .tuple(place, leavesOf(maxLength))
    .filter(([{ distributor }, leaves]) => leaves.every((leaf) => leaf.wallet !== distributor));

const here: Place = { chain_id: 31_337n, distributor: `0x${'ab'.repeat(20)}` };
const ada: Leaf = { wallet: `0x${'01'.repeat(20)}`, cumulative: 5n };
const ben: Leaf = { wallet: `0x${'02'.repeat(20)}`, cumulative: 7n };

/** The same leaves as OpenZeppelin's library takes them. */
const standardTree = ({ chain_id, distributor }: Place, leaves: readonly Leaf[]) =>
  StandardMerkleTree.of(
    leaves.map(({ wallet: account, cumulative }) => [chain_id, distributor, account, cumulative]),
    ['uint256', 'address', 'address', 'uint256'],
  );

async function refusalOf(act: () => unknown): Promise<Refusal | null> {
  try {
    await act();
    return null;
  } catch (error) {
    if (error instanceof ImpossibleEpoch) return error.refusal;
    throw error;
  }
}

describe('a tree', () => {
  test("has the root and every proof of OpenZeppelin's, whatever the set and its order", async () => {
    await fc.assert(
      fc.asyncProperty(epoch(120), async ([at, leaves]) => {
        const tree = await buildTree(at, leaves);
        const standard = standardTree(at, leaves);
        expect(tree.root).toBe(standard.root);
        expect(tree.total).toBe(leaves.reduce((sum, { cumulative }) => sum + cumulative, 0n));
        for (const [index, leaf] of leaves.entries()) {
          const given = tree.proofOf(leaf.wallet);
          expect(given).toEqual({ cumulative: leaf.cumulative, proof: standard.getProof(index) });
          expect(leafHash(at, leaf)).toBe(
            standard.leafHash([at.chain_id, at.distributor, leaf.wallet, leaf.cumulative]),
          );
        }
      }),
      { numRuns: 25 },
    );
  });

  test('of each small size, and of some hundred leaves, is the same again', async () => {
    for (const size of [1, 2, 3, 4, 5, 6, 7, 8, 9, 31, 32, 33, 600]) {
      const leaves = Array.from({ length: size }, (_, index) => ({
        wallet: toHex(keccak(Uint8Array.of(index >> 8, index & 255, size & 255)).subarray(0, 20)),
        cumulative: BigInt(index + 1),
      }));
      const tree = await buildTree(here, leaves);
      expect(tree.root).toBe(standardTree(here, leaves).root);
      expect(await buildTree(here, leaves.toReversed())).toMatchObject({
        root: tree.root,
        leaves: tree.leaves,
      });
      expect(tree.bytes()).toHaveLength((2 * size - 1) * 32);
    }
  });

  test('that was kept is opened as it was, and one damaged byte hands out no wrong proof', async () => {
    await fc.assert(
      fc.asyncProperty(
        epoch(40),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        async ([at, leaves], seed, flip) => {
          const tree = await buildTree(at, leaves);
          const kept = tree.bytes().slice();
          const opened = openTree(at, leaves.toReversed(), kept);
          for (const leaf of leaves) expect(opened.proofOf(leaf.wallet)).toEqual(tree.proofOf(leaf.wallet));

          const byte = seed % kept.length;
          kept[byte] = (kept[byte] ?? 0) ^ flip;
          for (const leaf of leaves) {
            let given;
            try {
              given = openTree(at, leaves, kept).proofOf(leaf.wallet);
            } catch (error) {
              expect(error).toMatchObject({ refusal: 'TREE_DAMAGED' });
              continue;
            }
            expect(given).toEqual(tree.proofOf(leaf.wallet));
          }
        },
      ),
      { numRuns: 25 },
    );
    const tree = await buildTree(here, [ada, ben]);
    for (const [leaves, bytes] of [
      [[ada], tree.bytes()],
      [[ada, ben], tree.bytes().subarray(1)],
      [[ada, { ...ben, cumulative: 8n }], tree.bytes()],
    ] as const)
      expect(await refusalOf(() => openTree(here, leaves, bytes).proofOf(leaves.at(-1)?.wallet ?? ''))).toBe(
        'TREE_DAMAGED',
      );
  });

  test('gives no proof to who has no leaf', async () => {
    const tree = await buildTree(here, [ada]);
    expect(tree.proofOf(ada.wallet)).toEqual({ cumulative: 5n, proof: [] });
    expect(tree.proofOf(ben.wallet)).toBeNull();
    expect(await refusalOf(() => tree.proofOf(ada.wallet.toUpperCase().replace('X', 'x')))).toBeNull();
    expect(await refusalOf(() => tree.proofOf(here.distributor.toUpperCase().replace('X', 'x')))).toBe(
      'ADDRESS_NOT_LOWER_CASE',
    );
  });
});

describe('a proof', () => {
  test('holds in its place, for its leaf, under its root, and nowhere else', async () => {
    await fc.assert(
      fc.asyncProperty(
        epoch(60),
        fc.nat(),
        fc.bigInt({ min: 1n, max: 9n }),
        address,
        async ([at, leaves], pick, other, stranger) => {
          const leaf = leaves[pick % leaves.length] ?? ada;
          fc.pre(![at.distributor, leaf.wallet].includes(stranger));
          const tree = await buildTree(at, leaves);
          const { proof } = tree.proofOf(leaf.wallet) ?? { proof: [] };
          const { root } = tree;
          expect(checkProof(at, root, leaf, proof)).toBe(true);

          expect(
            checkProof({ ...at, chain_id: at.chain_id === other ? other + 1n : other }, root, leaf, proof),
          ).toBe(false);
          expect(checkProof({ ...at, distributor: stranger }, root, leaf, proof)).toBe(false);
          expect(checkProof(at, root, { ...leaf, cumulative: leaf.cumulative + 1n }, proof)).toBe(false);
          expect(checkProof(at, root, { ...leaf, cumulative: leaf.cumulative - 1n }, proof)).toBe(false);
          expect(checkProof(at, root, { ...leaf, wallet: stranger }, proof)).toBe(false);
          expect(checkProof(at, leafHash(at, ada), leaf, proof)).toBe(false);
          expect(checkProof(at, root, leaf, [...proof, root])).toBe(false);
          if (proof.length > 0) expect(checkProof(at, root, leaf, proof.slice(1))).toBe(false);
        },
      ),
      { numRuns: 25 },
    );
  });

  test('is no node of the tree: 64 bytes are no leaf', async () => {
    const tree = await buildTree(here, [ada, ben]);
    const [left, right] = [leafHash(here, ada), leafHash(here, ben)].toSorted() as [string, string];
    const pair = Uint8Array.from(Buffer.from(left.slice(2) + right.slice(2), 'hex'));
    // 64 bytes that hash to the root: whoever could hand them in as a leaf would need no proof
    expect(toHex(keccak(pair))).toBe(tree.root);
    expect(
      checkProof(here, tree.root, { wallet: `0x${left.slice(26)}`, cumulative: BigInt(right) }, []),
    ).toBe(false);
  });

  test('may be anything that a stranger writes', () => {
    const nonsense = [
      '',
      '0x',
      'hello',
      `0x${'AB'.repeat(32)}`,
      `0x${'ab'.repeat(31)}`,
      `${'ab'.repeat(33)}`,
    ];
    for (const word of nonsense) {
      expect(checkProof(here, word, ada, [])).toBe(false);
      expect(checkProof(here, leafHash(here, ada), ada, [word])).toBe(false);
      expect(checkProof(here, leafHash(here, ada), { ...ada, wallet: word }, [])).toBe(false);
      expect(checkProof({ ...here, distributor: word }, leafHash(here, ada), ada, [])).toBe(false);
    }
    expect(checkProof(here, leafHash(here, ada), { ...ada, cumulative: 2n ** 128n }, [])).toBe(false);
  });
});

describe('refused by name', () => {
  const upper = (text: string) => `0x${text.slice(2).toUpperCase()}`;
  test.each<[Refusal, Place, readonly Leaf[]]>([
    ['NO_LEAVES', here, []],
    ['DUPLICATE_WALLET', here, [ada, ben, { ...ada, cumulative: 6n }]],
    ['ZERO_ADDRESS', here, [ada, { ...ben, wallet: `0x${'0'.repeat(40)}` }]],
    ['ZERO_ADDRESS', { ...here, distributor: `0x${'0'.repeat(40)}` }, [ada]],
    ['DISTRIBUTOR_PAID', here, [ada, { ...ben, wallet: here.distributor }]],
    ['AMOUNT_NOT_POSITIVE', here, [{ ...ada, cumulative: 0n }]],
    ['AMOUNT_NOT_POSITIVE', here, [{ ...ada, cumulative: -1n }]],
    ['AMOUNT_TOO_LARGE', here, [{ ...ada, cumulative: UINT128_MAX + 1n }]],
    ['TOTAL_TOO_LARGE', here, [{ ...ada, cumulative: UINT128_MAX }, ben]],
    ['ADDRESS_NOT_LOWER_CASE', here, [ada, { ...ben, wallet: upper(`0x${'cd'.repeat(20)}`) }]],
    ['ADDRESS_NOT_LOWER_CASE', { ...here, distributor: upper(here.distributor) }, [ada]],
    ['ADDRESS_MALFORMED', here, [{ ...ada, wallet: ada.wallet.slice(0, -1) }]],
    ['ADDRESS_MALFORMED', here, [{ ...ada, wallet: `${ada.wallet}00` }]],
    ['ADDRESS_MALFORMED', here, [{ ...ada, wallet: `${ada.wallet}\n` }]],
    ['ADDRESS_MALFORMED', { ...here, distributor: '' }, [ada]],
    ['CHAIN_ID_IMPOSSIBLE', { ...here, chain_id: 0n }, [ada]],
    ['CHAIN_ID_IMPOSSIBLE', { ...here, chain_id: 2n ** 64n }, [ada]],
  ])('%s', async (refusal, at, leaves) => {
    expect(await refusalOf(() => buildTree(at, leaves))).toBe(refusal);
    expect(await refusalOf(() => openTree(at, leaves, new Uint8Array(32)))).toBe(refusal);
  });

  test('TOO_MANY_LEAVES before any of them is looked at', async () => {
    const many = Array.from<Leaf>({ length: 2 ** 21 + 1 }).fill(ada);
    expect(await refusalOf(() => buildTree(here, many))).toBe('TOO_MANY_LEAVES');
  });

  test('NOT_WHOLE_NANOS: the books have nine decimals, the chain eighteen', async () => {
    fc.assert(
      fc.property(fc.bigInt(), (nanos) => {
        expect(toNanos(toBaseUnits(nanos))).toBe(nanos);
      }),
    );
    expect(toBaseUnits(1n)).toBe(1_000_000_000n);
    for (const base_units of [1n, 999_999_999n, 1_000_000_001n])
      expect(await refusalOf(() => toNanos(base_units))).toBe('NOT_WHOLE_NANOS');
  });
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  addsUp,
  applyRoyalties,
  apportion,
  divide,
  type DividedPart,
  type DivisionInput,
  ImpossibleSplit,
  PPM,
  type Refusal,
  type Royalty,
  type SplitPart,
} from './split.ts';

const sum = (amounts: bigint[]): bigint => amounts.reduce((all, amount) => all + amount, 0n);
const total = (sizes: number[]): number => sizes.reduce((all, size) => all + size, 0);

const ada = (part_ppm: number): SplitPart => ({ person_id: 'ada', role: 'creator', part_ppm });
const ben = (part_ppm: number): SplitPart => ({ person_id: 'ben', role: 'collaborator', part_ppm });
const cleo = (part_ppm: number): SplitPart => ({ person_id: 'cleo', role: 'collaborator', part_ppm });
const dora = (part_ppm: number): SplitPart => ({ person_id: 'dora', role: 'parent', part_ppm });

const charged = (input: Partial<DivisionInput>) =>
  divide({
    promo_micros: 0n,
    paid_micros: 0n,
    share_ppm: 700_000,
    parts: [ada(PPM)],
    related: false,
    ...input,
  }).map((part) => [
    part.person_id,
    part.part_ppm,
    part.amount_micros,
    part.pending_micros,
    part.vesting_micros,
  ]);

/** Splits of one to six people whose parts sum to a million; some get nothing. */
const split: fc.Arbitrary<SplitPart[]> = fc
  .array(fc.integer({ min: 0, max: PPM }), { minLength: 0, maxLength: 5 })
  .map((cuts) => {
    const edges = [0, ...cuts.sort((a, b) => a - b), PPM];
    return edges.slice(1).map((edge, index) => ({
      person_id: `person-${index}`,
      role: index === 0 ? ('creator' as const) : ('collaborator' as const),
      part_ppm: edge - (edges[index] ?? 0),
    }));
  });

/** Royalty tables of up to four parents that together take at most everything. */
const royalties: fc.Arbitrary<Royalty[]> = fc
  .array(fc.integer({ min: 0, max: PPM / 4 }), { maxLength: 4 })
  .map((sizes) =>
    sizes.map((royalty_ppm, index) => ({
      release_id: `release-${index}`,
      person_id: `parent-${index}`,
      royalty_ppm,
    })),
  );

const amount = fc.oneof(fc.bigInt({ min: 0n, max: 20n }), fc.bigInt({ min: 0n, max: 10n ** 15n }));
const charge: fc.Arbitrary<DivisionInput> = fc.record({
  promo_micros: amount,
  paid_micros: amount,
  share_ppm: fc.oneof(fc.constantFrom(0, 1, PPM - 1, PPM), fc.integer({ min: 0, max: PPM })),
  parts: split,
  related: fc.boolean(),
});

function expectRefusal(act: () => unknown, refusal: Refusal, sentence: string) {
  let thrown: unknown;
  try {
    act();
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(ImpossibleSplit);
  expect(thrown).toMatchObject({ name: 'ImpossibleSplit', refusal, message: sentence });
}

describe('dividing a charge: what always holds', () => {
  test('the parts sum to the charge, and their halves to what paid for it', () => {
    fc.assert(
      fc.property(charge, (input) => {
        const parts = divide(input);
        expect(sum(parts.map((part) => part.amount_micros))).toBe(input.promo_micros + input.paid_micros);
        expect(sum(parts.map((part) => part.pending_micros))).toBe(input.paid_micros);
        expect(sum(parts.map((part) => part.vesting_micros))).toBe(input.promo_micros);
        expect(total(parts.map((part) => part.part_ppm))).toBe(PPM);
      }),
      { numRuns: 500 },
    );
  });

  test('nobody is off by a whole micro-unit or more from the exact part', () => {
    fc.assert(
      fc.property(charge, (input) => {
        const price = input.promo_micros + input.paid_micros;
        const whole = BigInt(PPM) * BigInt(PPM);
        for (const part of divide({ ...input, related: false })) {
          const agreed = input.parts.find(({ person_id }) => person_id === part.person_id);
          if (!agreed) continue;
          const exact = price * BigInt(input.share_ppm) * BigInt(agreed.part_ppm);
          const difference = part.amount_micros * whole - exact;
          expect(difference < whole && difference > -whole).toBe(true);
        }
      }),
    );
  });

  test('no half is negative or larger than its part', () => {
    fc.assert(
      fc.property(charge, (input) => {
        for (const { amount_micros, pending_micros, vesting_micros } of divide(input)) {
          expect(pending_micros >= 0n && vesting_micros >= 0n).toBe(true);
          expect(pending_micros + vesting_micros).toBe(amount_micros);
        }
      }),
    );
  });

  test('the order of a split decides about single micro-units and nothing else', () => {
    fc.assert(
      fc.property(charge, fc.infiniteStream(fc.nat()), (input, keys) => {
        const shuffled = input.parts
          .map((part) => ({ part, key: keys.next().value ?? 0 }))
          .sort((a, b) => a.key - b.key)
          .map(({ part }) => part);
        const other = divide({ ...input, parts: shuffled });
        for (const part of divide(input)) {
          const same = other.find(({ person_id }) => person_id === part.person_id);
          const difference = part.amount_micros - (same?.amount_micros ?? -9n);
          expect(difference >= -1n && difference <= 1n).toBe(true);
        }
      }),
    );
  });

  test('without ties the order of a split decides nothing', () => {
    const parts = [ada(500_001), ben(300_000), cleo(199_999)];
    const inOrder = charged({ paid_micros: 1_000_003n, parts });
    const turned = charged({ paid_micros: 1_000_003n, parts: parts.toReversed() });
    expect(new Set(turned.map(String))).toEqual(new Set(inOrder.map(String)));
  });

  test('a price that rises by one takes at most one from anybody', () => {
    fc.assert(
      fc.property(charge, (input) => {
        const dearer = divide({ ...input, paid_micros: input.paid_micros + 1n });
        divide(input).forEach((part, index) => {
          const difference = (dearer[index]?.amount_micros ?? -9n) - part.amount_micros;
          expect(difference >= -1n && difference <= 1n).toBe(true);
        });
      }),
    );
  });

  test('a related generation pays nobody but the platform', () => {
    fc.assert(
      fc.property(charge, (input) => {
        const price = input.promo_micros + input.paid_micros;
        expect(divide({ ...input, related: true })).toEqual([
          {
            role: 'platform',
            person_id: null,
            part_ppm: PPM,
            amount_micros: price,
            pending_micros: input.paid_micros,
            vesting_micros: input.promo_micros,
          },
        ]);
      }),
    );
  });
});

describe('dividing a charge: pinned', () => {
  test('one credit at seventy percent, half of it to a collaborator', () => {
    const parts = [ada(500_000), ben(500_000)];
    expect(charged({ promo_micros: 400_000n, paid_micros: 600_001n, parts })).toEqual([
      // 350,000.35 each and 300,000.30: the unit that is left goes to the earliest of the largest remainders
      ['ada', 350_000, 350_001n, 210_001n, 140_000n],
      ['ben', 350_000, 350_000n, 210_000n, 140_000n],
      [null, 300_000, 300_000n, 180_000n, 120_000n],
    ]);
  });

  test('all promo, all paid, mixed', () => {
    expect(charged({ promo_micros: 11n })).toEqual([
      ['ada', 700_000, 8n, 0n, 8n],
      [null, 300_000, 3n, 0n, 3n],
    ]);
    expect(charged({ paid_micros: 11n })).toEqual([
      ['ada', 700_000, 8n, 8n, 0n],
      [null, 300_000, 3n, 3n, 0n],
    ]);
    expect(charged({ promo_micros: 5n, paid_micros: 6n })).toEqual([
      ['ada', 700_000, 8n, 4n, 4n],
      [null, 300_000, 3n, 2n, 1n],
    ]);
  });

  test('a charge is rounded once, and not each half by itself', () => {
    expect(charged({ promo_micros: 1n, paid_micros: 1n, share_ppm: 500_000 })).toEqual([
      ['ada', 500_000, 1n, 1n, 0n],
      [null, 500_000, 1n, 0n, 1n],
    ]);
  });

  test('nothing, and the smallest thing', () => {
    expect(charged({})).toEqual([
      ['ada', 700_000, 0n, 0n, 0n],
      [null, 300_000, 0n, 0n, 0n],
    ]);
    expect(charged({ paid_micros: 1n })).toEqual([
      ['ada', 700_000, 1n, 1n, 0n],
      [null, 300_000, 0n, 0n, 0n],
    ]);
    expect(charged({ promo_micros: 1n, share_ppm: 499_999 })).toEqual([
      ['ada', 499_999, 0n, 0n, 0n],
      [null, 500_001, 1n, 0n, 1n],
    ]);
    // a tie goes to the creator, who stands first; the platform stands last
    expect(charged({ paid_micros: 1n, share_ppm: 500_000 })).toEqual([
      ['ada', 500_000, 1n, 1n, 0n],
      [null, 500_000, 0n, 0n, 0n],
    ]);
  });

  test('no share, and the whole share', () => {
    expect(charged({ paid_micros: 10n, share_ppm: 0 })).toEqual([[null, PPM, 10n, 10n, 0n]]);
    expect(charged({ paid_micros: 10n, share_ppm: PPM })).toEqual([
      ['ada', PPM, 10n, 10n, 0n],
      [null, 0, 0n, 0n, 0n],
    ]);
    expect(charged({ paid_micros: 1_000_000n, share_ppm: 1 })).toEqual([
      ['ada', 1, 1n, 1n, 0n],
      [null, 999_999, 999_999n, 999_999n, 0n],
    ]);
  });

  test('who has no part is not named, and who has a millionth is', () => {
    expect(charged({ paid_micros: 10n, parts: [ada(PPM), ben(0)] })).toEqual([
      ['ada', 700_000, 7n, 7n, 0n],
      [null, 300_000, 3n, 3n, 0n],
    ]);
    expect(charged({ paid_micros: 10n, parts: [ada(999_999), ben(1)] })).toEqual([
      ['ada', 699_999, 7n, 7n, 0n],
      ['ben', 1, 0n, 0n, 0n],
      [null, 300_000, 3n, 3n, 0n],
    ]);
  });

  test('two units that are left go to the two largest remainders, in the order of the split among equals', () => {
    // 20 to divide: 6.66 each for three, nothing for the platform
    const three = [ada(333_334), ben(333_333), cleo(333_333)];
    expect(charged({ paid_micros: 20n, share_ppm: PPM, parts: three }).map(([, , micros]) => micros)).toEqual(
      [7n, 7n, 6n, 0n],
    );
    // the creator's remainder is the smallest here, and being first does not help
    const uneven = [ada(333_332), ben(333_334), cleo(333_334)];
    expect(
      charged({ paid_micros: 20n, share_ppm: PPM, parts: uneven }).map(([, , micros]) => micros),
    ).toEqual([6n, 7n, 7n, 0n]);
  });

  test('a parent stands where the split puts it', () => {
    const parts = [ada(600_000), ben(200_000), dora(200_000)];
    expect(
      divide({ promo_micros: 0n, paid_micros: 100n, share_ppm: 500_000, parts, related: false }).map(
        ({ role, amount_micros }) => [role, amount_micros],
      ),
    ).toEqual([
      ['creator', 30n],
      ['collaborator', 10n],
      ['parent', 10n],
      ['platform', 50n],
    ]);
  });

  test('the paradox of the method: one more unit for all, one less for somebody', () => {
    const parts = [ada(428_572), ben(428_571), cleo(142_857)]; // 3 : 3 : 1
    const share = { share_ppm: PPM, parts };
    expect(charged({ ...share, paid_micros: 10n }).map(([, , micros]) => micros)).toEqual([4n, 4n, 2n, 0n]);
    expect(charged({ ...share, paid_micros: 11n }).map(([, , micros]) => micros)).toEqual([5n, 5n, 1n, 0n]);
  });
});

describe('dividing a charge: refused', () => {
  const one = { promo_micros: 1n, paid_micros: 1n, share_ppm: 700_000, parts: [ada(PPM)], related: false };

  test.each<[string, Partial<DivisionInput>, Refusal, string]>([
    ['a negative promo half', { promo_micros: -1n }, 'CHARGE_NEGATIVE', 'a charge is not negative'],
    ['a negative paid half', { paid_micros: -1n }, 'CHARGE_NEGATIVE', 'a charge is not negative'],
    [
      'a share below nothing',
      { share_ppm: -1 },
      'SHARE_OUT_OF_RANGE',
      'a share lies between nothing and all',
    ],
    [
      'a share above all',
      { share_ppm: PPM + 1 },
      'SHARE_OUT_OF_RANGE',
      'a share lies between nothing and all',
    ],
    [
      'a share in fractions',
      { share_ppm: 0.5 },
      'SHARE_OUT_OF_RANGE',
      'a share lies between nothing and all',
    ],
    [
      'a negative part',
      { parts: [ada(PPM + 1), ben(-1)] },
      'PART_NEGATIVE',
      'a part is a whole number and not negative',
    ],
    [
      'parts in fractions',
      { parts: [ada(PPM - 0.5), ben(0.5)] },
      'PART_NEGATIVE',
      'a part is a whole number and not negative',
    ],
    [
      'parts that miss one',
      { parts: [ada(PPM - 1)] },
      'PARTS_NOT_WHOLE',
      'the parts of a split sum to a million',
    ],
    [
      'parts with one too many',
      { parts: [ada(PPM), ben(1)] },
      'PARTS_NOT_WHOLE',
      'the parts of a split sum to a million',
    ],
    ['nobody', { parts: [] }, 'PARTS_NOT_WHOLE', 'the parts of a split sum to a million'],
    [
      'a broken split, even when nobody would be paid',
      { parts: [], related: true },
      'PARTS_NOT_WHOLE',
      'the parts of a split sum to a million',
    ],
  ])('%s', (_name, change, refusal, sentence) => {
    expectRefusal(() => divide({ ...one, ...change }), refusal, sentence);
  });
});

describe('adding up', () => {
  const paid = { promo_micros: 5n, paid_micros: 6n };
  const parts = () => divide({ ...paid, share_ppm: 700_000, parts: [ada(PPM)], related: false });
  const first = (change: Partial<DividedPart>) =>
    parts().map((part, index) => (index === 0 ? { ...part, ...change } : part));

  test('holds for what was divided, and for parts of nothing', () => {
    expect(addsUp(parts(), paid)).toBe(true);
    expect(addsUp(first({ pending_micros: 0n }), { promo_micros: 5n, paid_micros: 2n })).toBe(false);
    expect(addsUp([], { promo_micros: 0n, paid_micros: 0n })).toBe(true);
    expect(addsUp(divide({ ...paid, share_ppm: 0, parts: [ada(PPM)], related: false }), paid)).toBe(true);
    const nothing = { promo_micros: 0n, paid_micros: 0n };
    expect(addsUp(divide({ ...nothing, share_ppm: 1, parts: [ada(PPM)], related: false }), nothing)).toBe(
      true,
    );
  });

  test('does not hold when one figure is off by one, either way', () => {
    for (const [name, value] of [
      ['amount_micros', 8n],
      ['pending_micros', 4n],
      ['vesting_micros', 4n],
    ] as const)
      for (const off of [-1n, 1n]) expect(addsUp(first({ [name]: value + off }), paid), name).toBe(false);
  });

  test('does not hold when a negative half makes it come out', () => {
    const [one, other] = parts();
    if (!one || !other) throw new Error('two parts');
    const shifted = (name: 'pending_micros' | 'vesting_micros') => [
      { ...one, [name]: one[name] + other[name] + 1n },
      { ...other, [name]: -1n },
    ];
    expect(addsUp(shifted('pending_micros'), paid)).toBe(false);
    expect(addsUp(shifted('vesting_micros'), paid)).toBe(false);
  });
});

describe('royalties of parents', () => {
  const lora = (royalty_ppm: number): Royalty => ({ release_id: 'lora', person_id: 'dora', royalty_ppm });
  const base = (royalty_ppm: number): Royalty => ({ release_id: 'base', person_id: 'emil', royalty_ppm });
  const named = (parts: SplitPart[]) =>
    parts.map(({ person_id, role, part_ppm }) => [person_id, role, part_ppm]);

  test('sum to a million with the rest, and each parent gets what the table says', () => {
    fc.assert(
      fc.property(split, royalties, (agreed, table) => {
        const parts = applyRoyalties(agreed, table);
        expect(total(parts.map((part) => part.part_ppm))).toBe(PPM);
        expect(parts.filter(({ role }) => role === 'parent').map(({ part_ppm }) => part_ppm)).toEqual(
          table.map(({ royalty_ppm }) => royalty_ppm),
        );
        expect(parts.every(({ part_ppm }) => part_ppm >= 0)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  test('creator and collaborators keep their proportions to less than a millionth', () => {
    fc.assert(
      fc.property(split, royalties, (agreed, table) => {
        const rest = PPM - total(table.map(({ royalty_ppm }) => royalty_ppm));
        const parts = applyRoyalties(agreed, table);
        agreed.forEach(({ part_ppm }, index) => {
          const exact = BigInt(part_ppm) * BigInt(rest);
          const difference = BigInt(parts[index]?.part_ppm ?? -9) * BigInt(PPM) - exact;
          expect(difference > -BigInt(PPM) && difference < BigInt(PPM)).toBe(true);
        });
      }),
    );
  });

  test('without parents a split stays what it is', () => {
    fc.assert(
      fc.property(split, (agreed) => {
        expect(applyRoyalties(agreed, [])).toEqual(agreed);
      }),
    );
  });

  test('off the top, then the rest in the agreed proportions', () => {
    expect(named(applyRoyalties([ada(750_000), ben(250_000)], [lora(100_000), base(50_000)]))).toEqual([
      ['ada', 'creator', 637_500],
      ['ben', 'collaborator', 212_500],
      ['dora', 'parent', 100_000],
      ['emil', 'parent', 50_000],
    ]);
  });

  test('the order is creator, collaborators as agreed, parents by lineage', () => {
    const agreed = [ben(200_000), ada(500_000), cleo(300_000)];
    expect(named(applyRoyalties(agreed, [base(0), lora(0)]))).toEqual([
      ['ada', 'creator', 500_000],
      ['ben', 'collaborator', 200_000],
      ['cleo', 'collaborator', 300_000],
      ['emil', 'parent', 0],
      ['dora', 'parent', 0],
    ]);
  });

  test('a millionth that is left goes to the creator among equals, and never to a parent', () => {
    expect(named(applyRoyalties([ada(500_000), ben(500_000)], [lora(333_333)]))).toEqual([
      ['ada', 'creator', 333_334],
      ['ben', 'collaborator', 333_333],
      ['dora', 'parent', 333_333],
    ]);
  });

  test('parents may take all of it, and then the creator has nothing', () => {
    expect(named(applyRoyalties([ada(PPM)], [lora(999_999), base(1)]))).toEqual([
      ['ada', 'creator', 0],
      ['dora', 'parent', 999_999],
      ['emil', 'parent', 1],
    ]);
  });

  test('one person as creator and as parent stands there twice, and is paid for both', () => {
    const parts = applyRoyalties(
      [ada(PPM)],
      [{ release_id: 'base', person_id: 'ada', royalty_ppm: 100_000 }],
    );
    expect(charged({ paid_micros: 100n, parts })).toEqual([
      ['ada', 630_000, 63n, 63n, 0n],
      ['ada', 70_000, 7n, 7n, 0n],
      [null, 300_000, 30n, 30n, 0n],
    ]);
  });

  const owned = 'a royalty is a whole number and not negative';
  const capped = "royalties take at most the creator's whole share";
  test.each<[string, SplitPart[], Royalty[], Refusal, string]>([
    ['a negative royalty', [ada(PPM)], [lora(-1)], 'ROYALTY_NEGATIVE', owned],
    ['a royalty in fractions', [ada(PPM)], [lora(0.5)], 'ROYALTY_NEGATIVE', owned],
    [
      'one negative among others',
      [ada(PPM)],
      [lora(10), { ...base(-1), release_id: 'x' }],
      'ROYALTY_NEGATIVE',
      owned,
    ],
    ['a royalty above all', [ada(PPM)], [lora(PPM + 1)], 'ROYALTIES_ABOVE_CAP', capped],
    ['royalties above all', [ada(PPM)], [lora(PPM), base(1)], 'ROYALTIES_ABOVE_CAP', capped],
    [
      'one release twice',
      [ada(PPM)],
      [lora(1), { ...lora(2), person_id: 'other' }],
      'ROYALTY_TWICE',
      'a parent release has one royalty',
    ],
    [
      'a parent among those who agreed',
      [ada(500_000), dora(500_000)],
      [],
      'PARENT_IN_SPLIT',
      'a split is agreed among creator and collaborators, and parents come by royalties',
    ],
    ['no creator', [ben(PPM)], [], 'CREATOR_NOT_ONE', 'a split has one creator'],
    ['two creators', [ada(500_000), ada(500_000)], [], 'CREATOR_NOT_ONE', 'a split has one creator'],
    [
      'parts that miss one',
      [ada(PPM - 1)],
      [lora(1)],
      'PARTS_NOT_WHOLE',
      'the parts of a split sum to a million',
    ],
    [
      'a negative part',
      [ada(PPM + 1), ben(-1)],
      [],
      'PART_NEGATIVE',
      'a part is a whole number and not negative',
    ],
  ])('refused: %s', (_name, agreed, table, refusal, sentence) => {
    expectRefusal(() => applyRoyalties(agreed, table), refusal, sentence);
  });
});

describe('apportion', () => {
  test('hands out the amount, to the largest remainders first', () => {
    expect(apportion(10n, [1n, 1n, 1n])).toEqual([4n, 3n, 3n]);
    expect(apportion(11n, [1n, 1n, 1n])).toEqual([4n, 4n, 3n]);
    expect(apportion(7n, [0n, 5n, 5n])).toEqual([0n, 4n, 3n]);
    expect(apportion(5n, [1n, 2n, 7n])).toEqual([1n, 1n, 3n]);
    expect(apportion(9n, [1n, 2n, 3n])).toEqual([2n, 3n, 4n]);
    expect(apportion(1n, [1n, 2n, 2n])).toEqual([0n, 1n, 0n]);
    expect(apportion(6n, [2n, 1n])).toEqual([4n, 2n]);
  });

  test('nothing can be handed out to nobody', () => {
    expect(apportion(0n, [0n, 0n])).toEqual([0n, 0n]);
    expect(apportion(0n, [])).toEqual([]);
    expect(apportion(0n, [3n, 4n])).toEqual([0n, 0n]);
  });

  test('remainders that differ beyond what a float tells apart are told apart', () => {
    const big = 10n ** 40n;
    // remainders: 2 big - 1, 2 big, 2 big + 1 of 3 big
    expect(apportion(2n, [big - 1n, big, big + 1n])).toEqual([0n, 1n, 1n]);
  });

  test('each part is its exact part, rounded down or up, and the larger fraction is rounded up first', () => {
    const weights = fc
      .array(fc.bigInt({ min: 0n, max: 10n ** 12n }), { minLength: 1, maxLength: 8 })
      .filter((sizes) => sum(sizes) > 0n);
    fc.assert(
      fc.property(amount, weights, (all, sizes) => {
        const parts = apportion(all, sizes);
        expect(sum(parts)).toBe(all);
        const rows = parts.map((part, index) => {
          const exact = all * (sizes[index] ?? 0n);
          return { extra: part - exact / sum(sizes), fraction: exact % sum(sizes), index };
        });
        for (const { extra } of rows) expect(extra === 0n || extra === 1n).toBe(true);
        for (const up of rows.filter(({ extra }) => extra === 1n)) {
          expect(up.fraction > 0n).toBe(true);
          for (const down of rows.filter(({ extra }) => extra === 0n)) {
            expect(
              up.fraction > down.fraction || (up.fraction === down.fraction && up.index < down.index),
            ).toBe(true);
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  test('refused: what is negative, and something for nobody', () => {
    const negative = 'only what is not negative can be handed out';
    expectRefusal(() => apportion(-1n, [1n]), 'AMOUNT_NEGATIVE', negative);
    expectRefusal(() => apportion(1n, [-1n, 2n]), 'AMOUNT_NEGATIVE', negative);
    expectRefusal(() => apportion(1n, [-1n]), 'AMOUNT_NEGATIVE', negative);
    expectRefusal(() => apportion(1n, [0n]), 'NOBODY_TO_PAY', 'something is handed out to nobody');
    expectRefusal(() => apportion(1n, []), 'NOBODY_TO_PAY', 'something is handed out to nobody');
  });
});

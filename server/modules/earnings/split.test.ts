import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sum } from '../../kit/money.ts';
import { apportion, divide, type DivisionInput, type SplitPart } from './split.ts';

const PPM = 1_000_000;

/** Splits of one to six people whose parts sum to a million. */
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

const charge: fc.Arbitrary<DivisionInput> = fc.record({
  promo_micros: fc.bigInt({ min: 0n, max: 10n ** 15n }),
  paid_micros: fc.bigInt({ min: 0n, max: 10n ** 15n }),
  share_ppm: fc.integer({ min: 0, max: PPM }),
  parts: split,
  related: fc.boolean(),
});

describe('dividing a charge', () => {
  test('the parts sum to the charge, and their halves to what paid for it', () => {
    fc.assert(
      fc.property(charge, (input) => {
        const parts = divide(input);
        expect(sum(parts.map((part) => part.amount_micros))).toBe(input.promo_micros + input.paid_micros);
        expect(sum(parts.map((part) => part.pending_micros))).toBe(input.paid_micros);
        expect(sum(parts.map((part) => part.vesting_micros))).toBe(input.promo_micros);
        expect(parts.reduce((total, part) => total + part.part_ppm, 0)).toBe(PPM);
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

  test('a related generation pays nobody but the platform', () => {
    fc.assert(
      fc.property(charge, (input) => {
        const parts = divide({ ...input, related: true });
        expect(parts.map(({ role }) => role)).toEqual(['platform']);
      }),
    );
  });

  test('one credit at seventy percent, half of it to a collaborator', () => {
    const parts = divide({
      promo_micros: 400_000n,
      paid_micros: 600_001n,
      share_ppm: 700_000,
      parts: [
        { person_id: 'ada', role: 'creator', part_ppm: 500_000 },
        { person_id: 'ben', role: 'collaborator', part_ppm: 500_000 },
      ],
      related: false,
    });
    expect(
      parts.map(({ person_id, amount_micros, pending_micros, vesting_micros }) => [
        person_id,
        amount_micros,
        pending_micros,
        vesting_micros,
      ]),
    ).toEqual([
      // 350,000.35 each and 300,000.30: the unit that is left goes to the earliest of the largest remainders
      ['ada', 350_001n, 210_001n, 140_000n],
      ['ben', 350_000n, 210_000n, 140_000n],
      [null, 300_000n, 180_000n, 120_000n],
    ]);
  });

  test('a split that does not sum to a million stops the settlement', () => {
    const parts = [{ person_id: 'ada', role: 'creator' as const, part_ppm: 999_999 }];
    expect(() =>
      divide({ promo_micros: 0n, paid_micros: 1n, share_ppm: PPM, parts, related: false }),
    ).toThrow(/sum to a million/);
  });
});

describe('apportion', () => {
  test('hands out the total, to the largest remainders first', () => {
    expect(apportion(10n, [1n, 1n, 1n])).toEqual([4n, 3n, 3n]);
    expect(apportion(7n, [0n, 5n, 5n])).toEqual([0n, 4n, 3n]);
    expect(apportion(0n, [0n, 0n])).toEqual([0n, 0n]);
    expect(() => apportion(1n, [0n])).toThrow();
  });
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PPM } from './kit/money.ts';
import { PACKS, type PackSlug, PURCHASED_PER_PROMO, WELCOME } from './offers.ts';

/** All that somebody can get out who works for creators of their own: their share of what they buy and of what vests. */
function extracted(packs: readonly PackSlug[], accounts: number, gifts: bigint, share_ppm: bigint): bigint {
  const bought = packs.reduce((sum, slug) => sum + PACKS[slug].paid_micros, 0n);
  const bonus = packs.reduce((sum, slug) => sum + PACKS[slug].promo_micros, 0n);
  const promo = BigInt(accounts) * WELCOME.amount_micros + bonus + gifts;
  const covered = bought / PURCHASED_PER_PROMO;
  return ((bought + (promo < covered ? promo : covered)) * share_ppm) / BigInt(PPM);
}

test('nobody gets more out than they put in, whatever is given away, up to a share of 74.9 %', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(...(Object.keys(PACKS) as PackSlug[])), { minLength: 1, maxLength: 50 }),
      fc.integer({ min: 1, max: 10_000 }),
      fc.bigInt(0n, 10n ** 15n),
      fc.integer({ min: 0, max: 749_000 }),
      (packs, accounts, gifts, share_ppm) => {
        const bought = packs.reduce((sum, slug) => sum + PACKS[slug].paid_micros, 0n);
        expect(extracted(packs, accounts, gifts, BigInt(share_ppm))).toBeLessThan(bought);
      },
    ),
  );
});

test('a paid credit costs a cent', () => {
  for (const { price_usd_cents, paid_micros } of Object.values(PACKS))
    expect(BigInt(price_usd_cents) * 1_000_000n).toBe(paid_micros);
});

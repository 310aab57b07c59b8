import { assert } from '../../kit/assert.ts';
import { PPM, sum } from '../../kit/money.ts';

/** One who shares in the creator's share; the parts of a split sum to a million. */
export type SplitPart = { person_id: string; role: 'creator' | 'collaborator' | 'parent'; part_ppm: number };

export type DivisionInput = {
  /** What is charged, in micro-credits, and which part of it promo and paid credits pay. */
  promo_micros: bigint;
  paid_micros: bigint;
  /** The creator's share of the price, from the agreement frozen at the start, in millionths. */
  share_ppm: number;
  parts: readonly SplitPart[];
  /** The payer is one of those who would be paid: charged, but nobody earns by it. */
  related: boolean;
};

export type DividedPart = {
  role: SplitPart['role'] | 'platform';
  /** Null is the platform. */
  person_id: string | null;
  /** Part of the whole price in millionths, as agreed, before whole micro-units. */
  part_ppm: number;
  amount_micros: bigint;
  /** Paid for with bought credits: the amount that matures. */
  pending_micros: bigint;
  /** Paid for with promo credits: the amount that vests. */
  vesting_micros: bigint;
};

/**
 * Divides one charge among all who have a part in it, the platform last. The only place where a price
 * is divided: server, quote page and verifier use it. Whole micro-units by largest remainder in the order
 * of the split, so the parts sum to the charge exactly, and so do their paid and promo halves.
 */
export function divide(input: DivisionInput): DividedPart[] {
  const { promo_micros, paid_micros, share_ppm, parts, related } = input;
  const price = promo_micros + paid_micros;
  assert(promo_micros >= 0n && paid_micros >= 0n, 'a charge is not negative');
  assert(
    Number.isInteger(share_ppm) && share_ppm >= 0 && share_ppm <= PPM,
    'a share lies between nothing and all',
  );
  assert(
    parts.every(({ part_ppm }) => Number.isInteger(part_ppm) && part_ppm >= 0),
    'a part is not negative',
  );
  assert(
    parts.reduce((total, { part_ppm }) => total + part_ppm, 0) === PPM,
    'the parts of a split sum to a million',
  );

  const recipients = related || share_ppm === 0 ? [] : parts.filter(({ part_ppm }) => part_ppm > 0);
  const whole = BigInt(PPM) * BigInt(PPM);
  const ofCreators = recipients.map(({ part_ppm }) => BigInt(share_ppm) * BigInt(part_ppm));
  const weights = [...ofCreators, whole - sum(ofCreators)];
  const parts_ppm = apportion(BigInt(PPM), weights);
  const amounts = apportion(price, weights);
  const pending = apportion(paid_micros, amounts);

  const platform = { role: 'platform' as const, person_id: null };
  const divided = [...recipients, platform].map(({ role, person_id }, index) => {
    const amount_micros = amounts[index] ?? 0n;
    const pending_micros = pending[index] ?? 0n;
    const vesting_micros = amount_micros - pending_micros;
    return {
      role,
      person_id,
      part_ppm: Number(parts_ppm[index]),
      amount_micros,
      pending_micros,
      vesting_micros,
    };
  });

  // the same truth from the other side
  assert(sum(divided.map((part) => part.amount_micros)) === price, 'the parts sum to the charge');
  assert(
    sum(divided.map((part) => part.pending_micros)) === paid_micros,
    'the paid halves sum to what was paid',
  );
  assert(
    divided.every((part) => part.vesting_micros >= 0n),
    'no half is negative',
  );
  return divided;
}

/**
 * Hands out `total` whole units in proportion to `weights`: floors first, then one unit each to the
 * largest remainders, the earlier one first among equals (Hamilton's method). The result sums to `total`.
 */
export function apportion(total: bigint, weights: readonly bigint[]): bigint[] {
  const all = sum(weights);
  assert(
    total >= 0n && weights.every((weight) => weight >= 0n),
    'only what is not negative can be handed out',
  );
  if (all === 0n) {
    assert(total === 0n, 'something is handed out to nobody');
    return weights.map(() => 0n);
  }
  const floors = weights.map((weight) => (total * weight) / all);
  const left = Number(total - sum(floors));
  const byRemainder = weights
    .map((weight, index) => ({ index, remainder: (total * weight) % all }))
    .sort((a, b) => (a.remainder === b.remainder ? a.index - b.index : a.remainder > b.remainder ? -1 : 1));
  for (const { index } of byRemainder.slice(0, left)) floors[index] = (floors[index] ?? 0n) + 1n;
  return floors;
}

import * as z from 'zod';
import { assert, present } from '../../kit/assert.ts';
import { inCredits, MICRO_CREDITS_PER_MICRO_USD } from '../../kit/money.ts';

const Digits = z
  .string()
  .regex(/^\d{1,15}$/)
  .transform(BigInt);

/** One line of the price list: so much a unit, and never less than the minimum. */
export const PriceClass = z.object({
  price_class: z.string(),
  unit: z.enum(['megapixel', 'second']),
  per_unit_micros: Digits,
  minimum_micros: Digits,
  explanation: z.string(),
});
export type PriceClass = z.infer<typeof PriceClass>;
export type RateCard = { version: number; effective_at: Date; classes: PriceClass[] };

export type Metering = { kind: 'pixels'; width: string; height: string } | { kind: 'seconds'; field: string };

const UNITS = {
  pixels: { unit: 'megapixel', per_unit: 1_048_576n },
  seconds: { unit: 'second', per_unit: 1n },
} as const;

/**
 * Price of one generation in micro-credits: units of the input times the rate, rounded up to whole
 * micro-dollars (100 micro-credits) so that spending moves the dollar side exactly too.
 */
export function priceOf(
  card: RateCard,
  price_class: string,
  metering: Metering,
  input: Record<string, unknown>,
): bigint {
  const rate = present(
    card.classes.find((entry) => entry.price_class === price_class),
    `price class ${price_class} in rate card ${card.version}`,
  );
  const { unit, per_unit } = UNITS[metering.kind];
  assert(rate.unit === unit, `${price_class} is priced by the ${rate.unit}, not by the ${unit}`);
  const count =
    metering.kind === 'pixels'
      ? whole(input, metering.width) * whole(input, metering.height)
      : whole(input, metering.field);
  const exact = ceilDivide(rate.per_unit_micros * count, per_unit);
  const price = ceilDivide(exact, MICRO_CREDITS_PER_MICRO_USD) * MICRO_CREDITS_PER_MICRO_USD;
  return price > rate.minimum_micros ? price : rate.minimum_micros;
}

/** The fields of the input that the price depends on. */
export function meteredFields(metering: Metering, input: Record<string, unknown>): Record<string, unknown> {
  const fields = metering.kind === 'pixels' ? [metering.width, metering.height] : [metering.field];
  return Object.fromEntries(fields.map((field) => [field, input[field]]));
}

/** What a payer has, or what of it pays a price. */
export type Purse = { promo_micros: bigint; paid_micros: bigint };

/** Which credits pay a price; null when there are not enough. */
export function fund(price: bigint, purse: Purse, spend_first: 'promo' | 'paid'): Purse | null {
  if (purse.promo_micros + purse.paid_micros < price) return null;
  const first = spend_first === 'promo' ? purse.promo_micros : purse.paid_micros;
  const from_first = first < price ? first : price;
  const rest = price - from_first;
  return spend_first === 'promo'
    ? { promo_micros: from_first, paid_micros: rest }
    : { promo_micros: rest, paid_micros: from_first };
}

export const explain = (rate: PriceClass): string =>
  `${inCredits(rate.per_unit_micros)} credits a ${rate.unit}, at least ${inCredits(rate.minimum_micros)}`;

const ceilDivide = (a: bigint, b: bigint) => (a + b - 1n) / b;

function whole(input: Record<string, unknown>, field: string): bigint {
  const value = input[field];
  assert(
    typeof value === 'number' && Number.isInteger(value) && value > 0,
    `${field} is a whole number above zero`,
  );
  return BigInt(value);
}

/** One credit, one dollar: a million micro-units. */
export const MICROS = 1_000_000n;
/** A paid credit is sold at exactly 0.01 USD, so a hundred micro-credits are one micro-dollar. */
export const MICRO_CREDITS_PER_MICRO_USD = 100n;
export const PPM = 1_000_000;

export const credits = (whole: number | bigint): bigint => BigInt(whole) * MICROS;

/** Micro-units as they travel in JSON. */
export const micros = (amount: bigint): string => amount.toString();

/** "1.25" for 1250000n: for mail, logs and CSV; pages have their own. */
export function inCredits(amount: bigint): string {
  const sign = amount < 0n ? '-' : '';
  const size = amount < 0n ? -amount : amount;
  const fraction = (size % MICROS).toString().padStart(6, '0').replace(/0+$/, '');
  return `${sign}${size / MICROS}${fraction ? `.${fraction}` : ''}`;
}

export const sum = (amounts: readonly bigint[]): bigint =>
  amounts.reduce((total, amount) => total + amount, 0n);

/**
 * Money is a whole number of micro-units, written as a string of digits. These functions only place the
 * decimal point: nothing is rounded and nothing becomes a float.
 */
const MICROS_PER_CREDIT_DIGITS = 6;
/** A credit is sold at exactly 0.01 USD, so a micro-credit is 10^-8 USD. */
const USD_DIGITS = 8;

export function decimal(whole: string | bigint, digits: number, keep = 0): string {
  const negative = whole.toString().startsWith('-');
  const absolute = whole
    .toString()
    .replace('-', '')
    .padStart(digits + 1, '0');
  const units = absolute.slice(0, -digits).replace(/\B(?=(\d{3})+$)/g, ',');
  const fraction = absolute.slice(-digits).replace(/0+$/, '').padEnd(keep, '0');
  return `${negative ? '−' : ''}${units}${fraction ? `.${fraction}` : ''}`;
}

/** "1250000" -> "1.25" */
export const credits = (micros: string | bigint) => decimal(micros, MICROS_PER_CREDIT_DIGITS);

const MICROS_PER_HUNDREDTH = 10_000n;
/** What one has, where two decimals are enough: never more than there is. "99125000" -> "99.12" */
export const roundedDown = (micros: string | bigint) => {
  const exact = BigInt(micros);
  const over = exact % MICROS_PER_HUNDREDTH;
  return credits(exact - (over < 0n ? over + MICROS_PER_HUNDREDTH : over));
};
/** What one pays, where two decimals are enough: never less than it is. "1000001" -> "1.01" */
export const roundedUp = (micros: string | bigint) => roundedDown(BigInt(micros) + MICROS_PER_HUNDREDTH - 1n);

/** "1000000" -> "1 credit", "1250000" -> "1.25 credits" */
export const inCredits = (micros: string | bigint) => `${credits(micros)} ${creditWord(micros)}`;

export const creditWord = (micros: string | bigint) => (BigInt(micros) === 1_000_000n ? 'credit' : 'credits');

/** "1250000" -> "$0.0125" */
export function usd(micros: string | bigint): string {
  const text = decimal(micros, USD_DIGITS, 2);
  return text.startsWith('−') ? `−$${text.slice(1)}` : `$${text}`;
}

export const signed = (micros: string | bigint) => {
  const text = credits(micros);
  return text.startsWith('−') || BigInt(micros) === 0n ? text : `+${text}`;
};

/** The full story for a title: exact micro-credits and what they are in dollars. */
export const exactly = (micros: string | bigint) => `${micros} micro-credits = ${usd(micros)}`;

export const dollarsOfCents = (cents: number) => `$${decimal(String(cents), 2, 2)}`;

/** 825000 -> "82.5 %" */
export const percent = (ppm: number) => `${decimal(String(ppm), 4)}\u00a0%`;

/** "1.25" -> "1250000"; null for what is no amount above zero. */
export function microsOf(text: string): string | null {
  const match = /^\s*(\d{1,9})(?:\.(\d{1,6}))?\s*$/.exec(text);
  if (!match) return null;
  const [, whole = '', fraction = ''] = match;
  const micros = BigInt(whole + fraction.padEnd(MICROS_PER_CREDIT_DIGITS, '0'));
  return micros > 0n ? micros.toString() : null;
}

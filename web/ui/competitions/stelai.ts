import { decimal } from '../credits.ts';

/** 10^-9 of a $STELAI, in a string of digits. */
const NANO_DIGITS = 9;

/** "1250000000000" -> "1,250" */
export const stelai = (nanos: string | bigint) => decimal(nanos, NANO_DIGITS);

/** "1.5" -> "1500000000"; null for what is no amount. */
export function nanosOf(text: string): string | null {
  const match = /^\s*(\d{1,9})(?:\.(\d{1,9}))?\s*$/.exec(text.replaceAll(',', ''));
  if (!match) return null;
  const [, whole = '', fraction = ''] = match;
  return BigInt(whole + fraction.padEnd(NANO_DIGITS, '0')).toString();
}

import type { BooksLine } from '#web/api-types.ts';
import { decimal } from '#ui/credits.ts';

/** Micro-credits, micro-dollars, nano-STELAI. */
const digits: Record<BooksLine['asset'], number> = { CREDIT: 6, USD: 6, STELAI: 9 };

/** No digit is dropped. */
export function amount(micros: string, asset: BooksLine['asset']): string {
  const text = decimal(micros, digits[asset], asset === 'USD' ? 2 : 0);
  if (asset === 'STELAI') return `${text} $STELAI`;
  if (asset === 'CREDIT') return text;
  return text.startsWith('−') ? `−$${text.slice(1)}` : `$${text}`;
}

export const amountOf = ({ amount_micros, asset }: BooksLine) => amount(amount_micros, asset);

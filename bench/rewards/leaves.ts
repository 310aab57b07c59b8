import type { Leaf, Place } from '@stellary/epochs';
import { chanceFrom } from '../simulate/chance.ts';

export const PLACE: Place = { chain_id: 31_337n, distributor: `0x${'ab'.repeat(20)}` };

/** So many wallets in no order, each with some STELAI. */
export function leavesOf(size: number): Leaf[] {
  const chance = chanceFrom(size);
  const address = Buffer.alloc(42, '0x');
  const digits = Buffer.from('0123456789abcdef');
  return Array.from({ length: size }, () => {
    for (let at = 2; at < address.length; at += 1) address[at] = digits[chance.below(16)] ?? 0;
    return { wallet: address.toString('latin1'), cumulative: BigInt(1 + chance.below(2 ** 31)) * 10n ** 9n };
  });
}

import type { Hex } from 'viem';
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts';
import type { Address } from './types.ts';

export const newKey: () => string = generatePrivateKey;

/** Throws what does not show the key. */
export function addressOf(key: string): Address {
  try {
    return privateKeyToAccount(key as Hex).address.toLowerCase() as Address;
  } catch {
    throw new Error(
      'this is no private key: it must be 0x and 64 digits, and none of the few numbers that are no key',
    );
  }
}

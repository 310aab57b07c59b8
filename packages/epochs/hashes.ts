import { createKeccak, createSHA256 } from 'hash-wasm';

// Compiled while this file is read, so that hashing answers at once.
const [keccaks, sha256s] = await Promise.all([createKeccak(256), createSHA256()]);

/** Keccak-256, as Ethereum has it: SHA-3 with the older padding. */
export const keccak = (bytes: Uint8Array): Uint8Array => keccaks.init().update(bytes).digest('binary');

export const sha256 = (bytes: Uint8Array): Uint8Array => sha256s.init().update(bytes).digest('binary');

export const HASH_BYTES = 32;

/** `0x` and two lower-case digits a byte. */
export function toHex(bytes: Uint8Array): string {
  let text = '0x';
  for (const byte of bytes) text += DIGITS[byte] ?? '';
  return text;
}
const DIGITS = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** Writes what `0x…` says into bytes, from there on. That it is hexadecimal was looked at before. */
export function writeHex(text: string, into: Uint8Array, from: number): void {
  for (let at = 2; at < text.length; at += 2)
    into[from + at / 2 - 1] = (digit(text.charCodeAt(at)) << 4) | digit(text.charCodeAt(at + 1));
}
/** The first 32 bits of what `0x…` says. */
export function firstBitsOf(text: string): number {
  let bits = 0;
  for (let at = 2; at < 10; at += 1) bits = bits * 16 + digit(text.charCodeAt(at));
  return bits;
}
const digit = (code: number): number => (code < 58 ? code - 48 : code - 87);

export const isHash = (text: unknown): text is string =>
  typeof text === 'string' && /^0x[0-9a-f]{64}$/.test(text);

export function fromHash(text: string): Uint8Array {
  const bytes = new Uint8Array(HASH_BYTES);
  writeHex(text, bytes, 0);
  return bytes;
}

/** Below zero where the hash at `a` of one is less than that at `b` of the other, 0 where they are the same. */
export function compareHashes(one: Uint8Array, a: number, other: Uint8Array, b: number): number {
  for (let at = 0; at < HASH_BYTES; at += 1) {
    const difference = (one[a + at] ?? 0) - (other[b + at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

// Everything that is drawn by lot comes out of the seed of the round, so that anyone can draw it again.
import { demand, isName } from './kinds.ts';
import { type Bytes, fromHash, hex, hmac, isHash, sha256, utf8 } from './sha256.ts';

/** Published before the round opens; the seed itself is revealed at the close. */
export const commitSeed = (seed: string): string => hex(sha256(seedBytes(seed)));

/** One name of a person for one competition, which says nothing about another; only who has the secret can make it. */
export function pseudonymOf(secret: Uint8Array, competition: string, user_id: string): string {
  demand(isName(competition) && isName(user_id), 'NAME_AMISS');
  return hex(hmac(secret)(utf8(`voter|${competition}|${user_id}`))).slice(0, 32);
}

export type Lots = (...parts: (string | number)[]) => Bytes;

/** HMAC-SHA-256 by the seed over names with `|` between them. */
export function lotsOf(seed: string): Lots {
  const known = LOTS.get(seed);
  if (known) return known;
  const draw = hmac(seedBytes(seed));
  const lots: Lots = (...parts) => draw(utf8(parts.join('|')));
  if (LOTS.size > 100) LOTS.clear();
  LOTS.set(seed, lots);
  return lots;
}
/** The pads of a key cost as much as a message. */
const LOTS = new Map<string, Lots>();

function seedBytes(seed: string): Bytes {
  demand(isHash(seed), 'SEED_AMISS');
  return fromHash(seed);
}

export const word = (bytes: Uint8Array, index: number): number =>
  (bytes[index * 4] ?? 0) * 2 ** 24 +
  (bytes[index * 4 + 1] ?? 0) * 2 ** 16 +
  (bytes[index * 4 + 2] ?? 0) * 2 ** 8 +
  (bytes[index * 4 + 3] ?? 0);

/** A place among `size` by a word of 32 bits: even to one in 2^32 / size. */
export const placeBy = (drawn: number, size: number): number => Math.floor((drawn * size) / 2 ** 32);

/** All places from 0 to size - 1 in an order drawn by lot: the shuffle of Fisher and Yates, from the end. */
export function shuffled(size: number, bytesAt: (counter: number) => Uint8Array): Int32Array {
  const order = Int32Array.from({ length: size }, (_, place) => place);
  let bytes: Uint8Array = new Uint8Array();
  for (let last = size - 1, drawn = 0; last > 0; last -= 1, drawn += 1) {
    if (drawn % 8 === 0) bytes = bytesAt(drawn / 8);
    const place = placeBy(word(bytes, drawn % 8), last + 1);
    const taken = order[place] ?? 0;
    order[place] = order[last] ?? 0;
    order[last] = taken;
  }
  return order;
}

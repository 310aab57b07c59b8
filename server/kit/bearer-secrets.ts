import { createHash, randomInt } from 'node:crypto';
import { crc32 } from 'node:zlib';

// <prefix>_<43 random characters><6 of checksum>: 256 bits, found by secret scanners, and a typing error
// is told from a wrong secret without asking the database.
const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const RANDOM_CHARS = 43;

/** A secret that programs send as `Authorization: Bearer`; its prefix says what it is for. */
export function newBearerSecret(prefix: string): string {
  const random = Array.from({ length: RANDOM_CHARS }, () => BASE62[randomInt(62)]).join('');
  return `${prefix}_${random}${checksum(random)}`;
}

export function isBearerSecret(prefix: string, secret: string): boolean {
  if (!secret.startsWith(`${prefix}_`)) return false;
  const [, random, check] = /^([0-9A-Za-z]{43})([0-9A-Za-z]{6})$/.exec(secret.slice(prefix.length + 1)) ?? [];
  return random !== undefined && check === checksum(random);
}

/** What is shown of a secret, to recognise it by. */
export const shownPart = (secret: string): string => secret.slice(0, secret.indexOf('_') + 1 + 6);

/** What is kept of it. It is random and long, so one plain hash is enough: there is nothing to guess. */
export const digestOfSecret = (secret: string): Buffer => createHash('sha256').update(secret).digest();

function checksum(text: string): string {
  let rest = crc32(text);
  let digits = '';
  for (let place = 0; place < 6; place += 1) {
    digits = BASE62[rest % 62] + digits;
    rest = Math.floor(rest / 62);
  }
  return digits;
}

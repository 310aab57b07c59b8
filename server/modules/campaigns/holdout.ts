import { createHash } from 'node:crypto';

const PPM = 1_000_000n;

/**
 * Whether somebody is held out of a campaign. It follows from the seed and the person alone, so whoever has the seed
 * finds the same, in any order and on any day; and who is held out of one campaign is no likelier to be of another.
 */
export function isHeldOut(seed: string, person_id: string, holdout_ppm: number): boolean {
  const digest = createHash('sha256').update(`${seed}\0${person_id}`).digest();
  return digest.readBigUInt64BE(0) % PPM < BigInt(holdout_ppm);
}

import { HIGHEST_DEGREE, LOWEST_DEGREE } from '../../contract/melody.ts';
import type { Random } from '../../contract/random.ts';

/** What a teacher is asked for in one song, each -1..1: tempo, valence, energy, density, register (`WISHES`). */
export function drawWishes(random: Random): [number, number, number, number, number] {
  const wish = () => random.uniform() * 2 - 1;
  return [wish(), wish(), wish(), wish(), wish()];
}

export function chordTones(root: number): number[] {
  return [-7, -5, -3, 0, 2, 4, 7, 9, 11].map((interval) => root + interval);
}

export function nearest(degrees: number[], wanted: number): number {
  return degrees.reduce(
    (best, degree) => (Math.abs(degree - wanted) < Math.abs(best - wanted) ? degree : best),
    99,
  );
}

export const withinReach = (degree: number): number =>
  Math.max(LOWEST_DEGREE, Math.min(HIGHEST_DEGREE, degree));

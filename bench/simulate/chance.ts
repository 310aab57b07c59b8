/** Numbers by chance that are the same for the same seed. */
export type Chance = {
  /** From 0 to below 1. */
  uniform(): number;
  normal(): number;
  /** A whole number from 0 to below `size`. */
  below(size: number): number;
};

/** Mulberry32, by Tommy Ettinger. */
export function chanceFrom(seed: number): Chance {
  let state = seed | 0;
  const uniform = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    uniform,
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
    below: (size) => Math.floor(uniform() * size),
  };
}

/** Student's t: now and then far out, the more so the fewer degrees of freedom. */
export function heavy(chance: Chance, freedom: number): number {
  let squares = 0;
  for (let n = 0; n < freedom; n += 1) squares += chance.normal() ** 2;
  return chance.normal() / Math.sqrt(squares / freedom);
}

export const shuffle = <T>(list: readonly T[], chance: Chance): T[] =>
  list
    .map((one) => ({ one, lot: chance.uniform() }))
    .sort((a, b) => a.lot - b.lot)
    .map(({ one }) => one);

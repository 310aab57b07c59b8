/** The seeds of a batch: the first and those after it, from zero again where they would be too large. */
export const seedsFrom = (first: number, count: number, max: number): number[] =>
  Array.from({ length: count }, (_, place) => (first + place) % (max + 1));

export const freshSeed = (max: number): number => Math.floor(Math.random() * (max + 1));

/** An order has 21 bits: a float holds them beside 32 of what is compared. */
export const ORDERED_MAX = 2 ** 21;

/**
 * In which order so many things stand: by their first 32 bits, and by `compare` where these are the same. The engine sorts
 * floats without calling anybody, ten times as fast as it sorts by a function, and in their own room.
 */
export function orderOf(
  size: number,
  firstBitsOf: (index: number) => number,
  compare: (a: number, b: number) => number,
): Uint32Array {
  const keys = Float64Array.from(
    { length: size },
    (_, index) => firstBitsOf(index) * ORDERED_MAX + index,
  ).sort();
  const order = Uint32Array.from(keys, (key) => key % ORDERED_MAX);
  for (let from = 0, to = 0; from < size; from = to) {
    const first = firstBits(keys, from);
    for (to = from + 1; to < size && firstBits(keys, to) === first;) to += 1;
    if (to > from + 1) order.subarray(from, to).sort(compare);
  }
  return order;
}

const firstBits = (keys: Float64Array, at: number): number => Math.floor((keys[at] ?? 0) / ORDERED_MAX);

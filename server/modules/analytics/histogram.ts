import { assert } from '../../kit/assert.ts';

/**
 * How long things took, counted in bins that are the same everywhere: two are added bin by bin, whatever they are of.
 * Each bin ends at the square root of two times where it begins, so that a percentile is off by a fifth at most.
 */
export const BINS = 32;
const FIRST_EDGE_MS = 62.5;
/** Where each bin but the last ends; the last one has no end. */
export const EDGES_MS: readonly number[] = Array.from(
  { length: BINS - 1 },
  (_, k) => FIRST_EDGE_MS * 2 ** (k / 2),
);

/** How many in each bin. */
export type Histogram = readonly number[];

export const binOf = (ms: number): number => {
  const bin = EDGES_MS.findIndex((edge) => ms < edge);
  return bin < 0 ? BINS - 1 : bin;
};

export const EMPTY: Histogram = Array.from({ length: BINS }, () => 0);

export function mergeHistograms(...histograms: readonly Histogram[]): Histogram {
  assert(
    histograms.every(({ length }) => length === BINS),
    'histograms have the same bins',
  );
  return EMPTY.map((_, bin) => histograms.reduce((total, each) => total + (each[bin] ?? 0), 0));
}

/** Those bins that something lies in; the last has no end. */
export function binsOf(histogram: Histogram): { from_ms: number; to_ms: number | null; n: number }[] {
  return histogram.flatMap((n, bin) =>
    n === 0 ? [] : [{ from_ms: EDGES_MS[bin - 1] ?? 0, to_ms: EDGES_MS[bin] ?? null, n }],
  );
}

/** The time within which so much of them ended; within a bin they are taken to lie evenly on the scale of its edges. */
export function percentilesOf(histogram: Histogram, parts: readonly number[]): (number | null)[] {
  const total = histogram.reduce((sum, n) => sum + n, 0);
  if (total === 0) return parts.map(() => null);
  return parts.map((part) => {
    const rank = part * total;
    let before = 0;
    for (const [bin, n] of histogram.entries()) {
      if (n > 0 && before + n >= rank) return Math.round(within(bin, (rank - before) / n));
      before += n;
    }
    return null;
  });
}

/** The first bin begins at nothing, which no scale of edges has, and the last has no end. */
function within(bin: number, part: number): number {
  const to = EDGES_MS[bin] ?? (EDGES_MS[BINS - 2] ?? 0) * Math.SQRT2;
  const from = EDGES_MS[bin - 1];
  return from === undefined ? to * part : from * (to / from) ** part;
}

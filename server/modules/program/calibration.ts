/** So many residuals weigh as much as the assumption that a reviewer is like all others. */
const SHRINKS_BY = 8;

/**
 * How much higher (above 0) or lower a reviewer scores than a panel agreed: the mean difference, drawn towards 0 while
 * there are few, as n / (n + 8). Null where there is nothing to go by.
 */
export function severityOf(differences: readonly number[]): number | null {
  const n = differences.length;
  if (n === 0) return null;
  const mean = differences.reduce((sum, difference) => sum + difference, 0) / n;
  return mean * (n / (n + SHRINKS_BY));
}

type Metric = 'ordinal' | 'interval';

/**
 * Krippendorff's alpha: how much those who judged the same units agree, 1 wholly, 0 as by chance. A unit is what was
 * said of it, by however many; those with a single value count for nothing. Null where no two values differ, or where
 * nothing can be compared: then there is nothing to agree on.
 *
 * K. Krippendorff, Computing Krippendorff's Alpha-Reliability (2011).
 */
export function alphaOf(units: readonly (readonly number[])[], metric: Metric): number | null {
  const coincidences = coincidencesOf(units.filter((values) => values.length > 1));
  const values = [...coincidences.keys()].toSorted((a, b) => a - b);
  const totals = values.map((value) => sumOf([...(coincidences.get(value)?.values() ?? [])]));
  const n = sumOf(totals);
  if (values.length < 2) return null;
  let observed = 0;
  let expected = 0;
  values.forEach((a, i) =>
    values.forEach((b, k) => {
      const apart = metric === 'interval' ? (a - b) ** 2 : ordinal(totals, i, k);
      observed += (coincidences.get(a)?.get(b) ?? 0) * apart;
      expected += (totals[i] ?? 0) * (totals[k] ?? 0) * apart;
    }),
  );
  return 1 - ((n - 1) * observed) / expected;
}

/** How often each value met each other within a unit, each unit weighing as much as it has values. */
function coincidencesOf(units: readonly (readonly number[])[]): Map<number, Map<number, number>> {
  const met = new Map<number, Map<number, number>>();
  for (const values of units) {
    values.forEach((a, i) =>
      values.forEach((b, k) => {
        if (i === k) return;
        const row = met.get(a) ?? new Map<number, number>();
        row.set(b, (row.get(b) ?? 0) + 1 / (values.length - 1));
        met.set(a, row);
      }),
    );
  }
  return met;
}

/** Ranks lie as far apart as there are values between them. */
function ordinal(totals: readonly number[], i: number, k: number): number {
  const [low, high] = i < k ? [i, k] : [k, i];
  const between = sumOf(totals.slice(low, high + 1));
  return (between - ((totals[low] ?? 0) + (totals[high] ?? 0)) / 2) ** 2;
}

const sumOf = (numbers: readonly number[]) => numbers.reduce((sum, number) => sum + number, 0);

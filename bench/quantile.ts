/** The value below which `part` of the sample lies (nearest rank). */
export function quantile(sample: readonly number[], part: number): number {
  const sorted = [...sample].sort((a, b) => a - b);
  const value = sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(part * sorted.length) - 1))];
  if (value === undefined) throw new Error('a quantile of nothing');
  return value;
}

export const round = (value: number, digits = 1): number => Number(value.toFixed(digits));

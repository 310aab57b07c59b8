/** How much more or less than before, in millionths; null where there was nothing to compare with. */
export function changeOf(
  now: string | number | null,
  before: string | number | null | undefined,
): number | null {
  if (now === null || before === null || before === undefined) return null;
  const [a, b] = [Number(now), Number(before)];
  return b === 0 ? null : Math.round(((a - b) / Math.abs(b)) * 1_000_000);
}

/** "+12 %", "−3.5 %" */
export function changeInWords(ppm: number): string {
  const percent = ppm / 10_000;
  const digits = Math.abs(percent) < 10 ? 1 : 0;
  const text = Math.abs(percent).toFixed(digits).replace(/\.0$/, '');
  return `${ppm > 0 ? '+' : ppm < 0 ? '−' : ''}${text}\u00a0%`;
}

import { appendFileSync } from 'node:fs';
import { expect } from 'vitest';

/** What every run of faults answers. A run in which nothing was acknowledged or nothing was hit has shown nothing. */
export type Figures = {
  acknowledged: number;
  /** Faults that hit work in flight. */
  faults_landed: number;
  violations: number;
  /** In words, for the reader. */
  more?: string;
};

/** Prints the figures of a run, and refuses an empty one. `FAULTS_REPORT` names a file that keeps them, one line of JSON a run. */
export function report(run: string, figures: Figures): Figures {
  const { acknowledged, faults_landed, violations, more } = figures;
  process.stdout.write(
    `[faults] ${run}: acknowledged ${acknowledged}; faults on work in flight ${faults_landed}; violations ${violations}${more ? `; ${more}` : ''}\n`,
  );
  const file = process.env.FAULTS_REPORT;
  if (file) appendFileSync(file, `${JSON.stringify({ run, ...figures })}\n`);
  expect(violations, `${run}: violations`).toBe(0);
  expect(acknowledged, `${run}: operations acknowledged`).toBeGreaterThan(0);
  expect(faults_landed, `${run}: faults that landed`).toBeGreaterThan(0);
  return figures;
}

export const sumOf = (times: ReadonlyMap<string, number>) =>
  [...times.values()].reduce((sum, some) => sum + some, 0);

export const wordsOf = (times: ReadonlyMap<string, number>) =>
  [...times].map(([name, some]) => `${name} ${some}`).join(', ') || 'none';

import type { RoundState } from './shapes.ts';

/** In these states what came of a round is there for everybody, and before them for nobody. */
export const RESULTS_OUT = [
  'provisional',
  'dispute_window',
  'final',
  'settled',
  'archived',
] as const satisfies RoundState[];

export const resultsAreOut = (state: string): boolean => RESULTS_OUT.some((out) => out === state);

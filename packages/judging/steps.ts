/** Where a tally or a recount is, and how much of that step is done, counted in its own way. */
export type Step = {
  step: 'read' | 'weigh' | 'fit' | 'finalists' | 'sample' | 'roots' | 'pairs';
  done: number;
};

/** Runs to the end without a pause. */
export function finish<T>(steps: Generator<unknown, T>): T {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

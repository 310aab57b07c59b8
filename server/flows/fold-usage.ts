import type { Context } from '../context.ts';
import * as analytics from '../modules/analytics/index.ts';

/** Adds what was counted to the roll-ups, and rests by how long that took. */
export function foldingOf({ database, clock }: Pick<Context, 'database' | 'clock'>): () => Promise<void> {
  let rested = 0;
  return async () => {
    const begun = performance.now();
    if (begun < rested) return;
    await analytics.foldFacts(database, clock.now());
    const ended = performance.now();
    rested = ended + analytics.foldRestMs(ended - begun);
  };
}

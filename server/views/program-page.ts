import type { Context } from '../context.ts';
import { onePer } from '../kit/batcher.ts';
import * as program from '../modules/program/index.ts';
import { HOLD_DAYS } from '../offers.ts';
import { RUBRIC } from './rubric.ts';
import { termsNow } from './terms.ts';

/** How long the funnel is shown before it is counted again: it is counted over everything, and anybody may ask. */
const FUNNEL_MS = 60_000;
const funnelOf = onePer(({ db, clock }: Context) => {
  const count = async (at: Date) => ({ as_of: at.toISOString(), ...(await program.applicationFunnel(db)) });
  let kept: { at: Date; counted: ReturnType<typeof count> } | null = null;
  return {
    shown() {
      const at = clock.now();
      if (kept && at.getTime() - kept.at.getTime() < FUNNEL_MS) return kept.counted;
      const counted = count(at);
      const fresh = { at, counted };
      kept = fresh;
      counted.catch(() => {
        if (kept === fresh) kept = null;
      });
      return counted;
    },
  };
});

/** What the program promises, with the clocks that the product keeps, and what became of those who applied. */
export async function programPage(context: Context) {
  const clocks = program.CLOCKS;
  const [terms, funnel] = await Promise.all([termsNow(context), funnelOf(context).shown()]);
  return {
    ...terms,
    pinned_days: clocks.pinned_days,
    royalties_ppm_max: program.ROYALTIES_PPM_MAX,
    clocks: {
      screened_within_days: clocks.screening_days,
      reviewed_within_days: clocks.panel_days + clocks.decision_days,
      offer_days: clocks.offer_days,
      appeal_days: clocks.appeal_days,
      mature_days: HOLD_DAYS,
    },
    reviewers_min: program.QUORUM,
    rubric: RUBRIC,
    funnel,
  };
}

import type { AccountId, ModelId } from '../../ids.ts';
import { DAY_MS } from '../../kit/clock.ts';
import type { Db } from '../../kit/database.ts';
import * as analytics from '../../modules/analytics/index.ts';
import { nextMinute } from './span.ts';

export const MONTH_DAYS = 30;
/** What was agreed anew shows by what came since. */
export const SINCE_DAYS = 2;

/** One model in the last 30 days: what it was used for and what it brought whoever looks, as it was counted. */
export type ModelLately = {
  model_id: ModelId | null;
  used: (within: Within) => { succeeded: number; failed: number; expired: number; related: number };
  earned: (within: Within) => analytics.Earned[];
};
type Within = 'month' | 'since' | 'day';

/** What home and its alerts look at, read once for both. */
export async function latelyOf(db: Db, person_id: AccountId, now: Date): Promise<ModelLately[]> {
  const to = nextMinute(now);
  const back = (days: number) => new Date(to.getTime() - days * DAY_MS);
  const begins = { month: back(MONTH_DAYS), since: back(SINCE_DAYS), day: back(1) };
  const cuts = [begins.month, begins.since, begins.day, to];
  const [used, earned] = await Promise.all([
    analytics.usageOf(db, { of: { creator_id: person_id, model_ids: null }, cuts, by: 'model' }),
    analytics.earnedBy(db, { person_id, cuts, by: ['model', 'role'] }),
  ]);
  const ids = new Set([...used, ...earned].map(({ model_id }) => model_id));
  return [...ids].map((model_id) => {
    const of = <Row extends { from: Date; model_id: ModelId | null }>(rows: readonly Row[], within: Within) =>
      rows.filter((row) => row.model_id === model_id && row.from >= begins[within]);
    return {
      model_id,
      earned: (within) => of(earned, within),
      used(within) {
        const some = of(used, within);
        const all = (what: 'succeeded' | 'failed' | 'expired' | 'related') =>
          some.reduce((sum, row) => sum + row[what], 0);
        return {
          ...{ succeeded: all('succeeded'), failed: all('failed') },
          ...{ expired: all('expired'), related: all('related') },
        };
      },
    };
  });
}

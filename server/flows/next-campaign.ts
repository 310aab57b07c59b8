import { DAY_MS } from '../kit/clock.ts';
import type { Tx } from '../kit/database.ts';
import { setTimer } from '../kit/timers.ts';
import * as campaigns from '../modules/campaigns/index.ts';

/** When the next of a series begins: on the day of the month on which the first one did. */
export const startOfNext = ({ series_starts_at, series_no }: campaigns.Campaign): Date =>
  campaigns.monthsLater(series_starts_at, series_no + 1);

/** Next month’s is made two weeks before it starts, or now where that is past. */
export async function setRepeatTimer(tx: Tx, campaign: campaigns.Campaign, at: Date): Promise<void> {
  const due_at = new Date(startOfNext(campaign).getTime() - campaigns.REPEATS_AHEAD_DAYS * DAY_MS);
  await setTimer(tx, { kind: campaigns.REPEAT_TIMER, subject_id: campaign.id, due_at, at });
}

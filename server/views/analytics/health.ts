import type { HealthReport } from '#api/analytics/shapes.ts';
import type { Context } from '../../context.ts';
import { startOfDay } from '../../kit/clock.ts';
import { subscribersNow } from '../../kit/outbox.ts';
import * as analytics from '../../modules/analytics/index.ts';
import { hubOf } from './hub.ts';

/** So far the aggregator may be behind before something is wrong. */
const LAG_MAX_MS = 10_000;
/** A day is over, gets its hour of grace, and is proved with some others; whoever proves may have been away for a night. */
const PROVED_WITHIN_MS = 12 * 3_600_000;

/** Whether what pages show is fresh, and was proven. */
export async function healthReport(context: Context): Promise<HealthReport> {
  const { db, clock } = context;
  const now = clock.now();
  const due = startOfDay(new Date(now.getTime() - PROVED_WITHIN_MS));
  const [mark, proof, unproved_since, subscribers] = await Promise.all([
    analytics.markOf(db, now),
    analytics.lastProof(db),
    analytics.unprovedSince(db, due),
    subscribersNow(db),
  ]);
  return {
    at: now.toISOString(),
    aggregator: {
      as_of: mark.as_of.toISOString(),
      lag_ms: mark.lag_ms,
      moved_at: subscribers.find(({ name }) => name === analytics.COUNTER)?.moved_at.toISOString() ?? null,
      folded_at: mark.folded_at?.toISOString() ?? null,
      holds: mark.lag_ms <= LAG_MAX_MS,
    },
    proof: proof && {
      day: proof.day,
      at: proof.at.toISOString(),
      holds: proof.holds,
      facts: proof.facts,
      differences: proof.differences,
    },
    unproved_since,
    subscribers: subscribers.map(({ name, behind, moved_at }) => ({
      name,
      behind,
      moved_at: moved_at.toISOString(),
    })),
    streams: hubOf(context).counts(),
  };
}

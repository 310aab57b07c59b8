import * as z from 'zod';
import { countUsage } from '../flows/count-usage.ts';
import type { News, Subscriber } from '../kit/outbox.ts';
import { COUNTER } from '../modules/analytics/index.ts';

const Generation = z.object({ generation_id: z.uuid() });
const Adjustment = z.object({ adjustment_id: z.uuid() });

const ENDED = ['generation.settled', 'generation.failed', 'generation.cancelled', 'generation.expired'];

/** Each generation that has ended is a fact, and so is what becomes of its money later. */
export const newsToFacts: Subscriber = {
  name: COUNTER,
  topics: [...ENDED, 'generation.corrected', 'adjustment.approved'],
  // a rush is counted at a few microseconds each only if many are counted at once
  batch_max: 5_000,
  gather_ms: 200,
  async hear(tx, news) {
    const of = (...topics: string[]) => news.filter(({ topic }) => topics.includes(topic));
    const generations = (some: readonly News[]) =>
      some.map(({ payload }) => Generation.parse(payload).generation_id);
    await countUsage(tx, {
      ended: generations(of(...ENDED)),
      corrected: generations(of('generation.corrected')),
      adjusted: of('adjustment.approved').map(({ payload }) => Adjustment.parse(payload).adjustment_id),
    });
  },
};

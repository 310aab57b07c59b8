import * as z from 'zod';
import { countPayers, forgetRefunded } from '../flows/count-payers.ts';
import type { Subscriber } from '../kit/outbox.ts';

const Generation = z.object({ generation_id: z.uuid() });

/** Who paid makes a model trend; who got it back no longer does. */
export const settledToHeat: Subscriber = {
  name: 'settled-to-heat',
  topics: ['generation.settled', 'generation.refunded'],
  async hear(tx, news) {
    const of = (topic: string) =>
      news
        .filter((each) => each.topic === topic)
        .map(({ payload, at }) => ({ id: Generation.parse(payload).generation_id, at }));
    await countPayers(tx, of('generation.settled'));
    await forgetRefunded(tx, of('generation.refunded'));
  },
};

import * as z from 'zod';
import { asId, type ModelId } from '../ids.ts';
import type { Subscriber } from '../kit/outbox.ts';
import * as marketplace from '../modules/marketplace/index.ts';

const Settled = z.object({ model_id: z.uuid() });

/** Each settled generation counts as one use of its model. */
export const settledToModelUse: Subscriber = {
  name: 'settled-to-model-use',
  topics: ['generation.settled'],
  async hear(tx, news) {
    const uses = new Map<ModelId, { generations: number; last_at: Date }>();
    for (const { payload, at } of news) {
      const model_id = asId<ModelId>(Settled.parse(payload).model_id);
      uses.set(model_id, { generations: (uses.get(model_id)?.generations ?? 0) + 1, last_at: at });
    }
    await marketplace.countUses(tx, uses);
  },
};

import * as z from 'zod';
import { type AccountId, asId, type ModelId } from '../ids.ts';
import type { Subscriber } from '../kit/outbox.ts';
import * as marketplace from '../modules/marketplace/index.ts';

const Settled = z.object({ model_id: z.uuid(), payer_id: z.uuid() });

/** Each settled generation was a use of its model by somebody. */
export const settledToModelUsers: Subscriber = {
  name: 'settled-to-model-users',
  topics: ['generation.settled'],
  async hear(tx, news) {
    const used = new Map<string, Parameters<typeof marketplace.countUsers>[1][number]>();
    for (const { payload, at } of news) {
      const { model_id, payer_id } = Settled.parse(payload);
      const key = `${model_id} ${payer_id}`;
      used.set(key, {
        ...{ model_id: asId<ModelId>(model_id), person_id: asId<AccountId>(payer_id), last_at: at },
        uses: (used.get(key)?.uses ?? 0) + 1,
      });
    }
    // in one order, so that two who write at once do not wait for each other in a circle
    await marketplace.countUsers(
      tx,
      [...used].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one),
    );
  },
};

import * as z from 'zod';
import { countFollowing } from '../flows/count-sights.ts';
import { type AccountId, asId, type GenerationId, type ModelId } from '../ids.ts';
import type { Subscriber } from '../kit/outbox.ts';

const Settled = z.object({ generation_id: z.uuid(), payer_id: z.uuid(), model_id: z.uuid() });

/** What somebody generates after they came by a featured place counts for it. */
export const settledToSlots: Subscriber = {
  name: 'settled-to-slots',
  topics: ['generation.settled'],
  async hear(tx, news) {
    await countFollowing(
      tx,
      news.map(({ payload, at }) => {
        const { generation_id, payer_id, model_id } = Settled.parse(payload);
        return {
          generation_id: asId<GenerationId>(generation_id),
          person_id: asId<AccountId>(payer_id),
          model_id: asId<ModelId>(model_id),
          at,
        };
      }),
    );
  },
};

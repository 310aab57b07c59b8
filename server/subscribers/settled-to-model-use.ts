import * as z from 'zod';
import { asId, type ModelId } from '../ids.ts';
import type { Subscriber } from '../kit/outbox.ts';
import * as marketplace from '../modules/marketplace/index.ts';

const Settled = z.object({ model_id: z.uuid() });

/** Each settled generation counts as one use of its model. */
export const settledToModelUse: Subscriber = {
  name: 'settled-to-model-use',
  topics: ['generation.settled'],
  hear: (tx, { payload, at }) => marketplace.countUse(tx, asId<ModelId>(Settled.parse(payload).model_id), at),
};

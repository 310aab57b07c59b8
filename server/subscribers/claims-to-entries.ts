import * as z from 'zod';
import { takeOutEntriesOf } from '../flows/take-out-entries.ts';
import { asId, type ModelId } from '../ids.ts';
import type { Subscriber } from '../kit/outbox.ts';

const Infringes = z.object({ model_id: z.uuid() });

/** A model that infringes the rights of somebody takes what was made with it out of competitions. */
export const claimsToEntries: Subscriber = {
  name: 'claims-to-entries',
  topics: ['model.infringes'],
  async hear(tx, news) {
    const models = new Map<ModelId, Date>();
    for (const { payload, at } of news) models.set(asId<ModelId>(Infringes.parse(payload).model_id), at);
    for (const [model_id, at] of models) await takeOutEntriesOf(tx, model_id, at);
  },
};

import * as z from 'zod';
import { askForReward, BEGIN_TIMER, REVERSE_TIMER } from '../flows/reward-referral.ts';
import { asId, type PurchaseId } from '../ids.ts';
import type { Subscriber } from '../kit/outbox.ts';

const About = z.object({ purchase_id: z.uuid(), outcome: z.string().optional() });

/** The first purchase of somebody who came by a link brings both something; a payment that is taken back takes it back. */
export const purchasesToRewards: Subscriber = {
  name: 'purchases-to-rewards',
  topics: ['credits.bought', 'dispute.resolved'],
  async hear(tx, news) {
    for (const { topic, payload, at } of news) {
      const { purchase_id, outcome } = About.parse(payload);
      const kind = topic === 'credits.bought' ? BEGIN_TIMER : outcome === 'lost' ? REVERSE_TIMER : null;
      if (kind) await askForReward(tx, kind, asId<PurchaseId>(purchase_id), at);
    }
  },
};

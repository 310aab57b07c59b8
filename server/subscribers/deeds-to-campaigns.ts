import * as z from 'zod';
import { asId } from '../ids.ts';
import type { Tx } from '../kit/database.ts';
import type { News, Subscriber } from '../kit/outbox.ts';
import * as campaigns from '../modules/campaigns/index.ts';
import * as generation from '../modules/generation/index.ts';

const Generation = z.object({ generation_id: z.uuid() });
const Bought = z.object({ purchase_id: z.uuid(), buyer_id: z.uuid() });

/** Whoever does what a campaign is for counts for it, shown or held out alike. */
export const deedsToCampaigns: Subscriber = {
  name: 'deeds-to-campaigns',
  topics: ['generation.settled', 'generation.refunded', 'credits.bought'],
  async hear(tx, news) {
    await campaigns.countDeeds(tx, [...(await made(tx, news)), ...bought(news)]);
    await campaigns.forgetDeeds(
      tx,
      of(news, 'generation.refunded').map(({ payload }) => Generation.parse(payload).generation_id),
    );
  },
};

const of = (news: readonly News[], topic: string) => news.filter((each) => each.topic === topic);

/** Of a generation that is related to its model nothing counts, here as elsewhere. */
async function made(tx: Tx, news: readonly News[]): Promise<campaigns.Deed[]> {
  const settled = new Map(
    of(news, 'generation.settled').map(({ payload, at }) => [Generation.parse(payload).generation_id, at]),
  );
  const uses = await generation.usesAmong(tx, [...settled.keys()]);
  return uses.flatMap(({ id: cause_id, model_id, payer_id: person_id }) => {
    const at = settled.get(cause_id);
    if (!at) return [];
    const deed = { person_id, model_id, cause_id, at };
    return [
      { ...deed, goal: 'generate' as const },
      { ...deed, goal: 'return' as const },
    ];
  });
}

const bought = (news: readonly News[]): campaigns.Deed[] =>
  of(news, 'credits.bought').map(({ payload, at }) => {
    const { purchase_id, buyer_id } = Bought.parse(payload);
    return { person_id: asId(buyer_id), goal: 'buy', model_id: null, cause_id: purchase_id, at };
  });

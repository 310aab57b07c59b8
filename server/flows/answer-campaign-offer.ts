import type { Context } from '../context.ts';
import { type AccountId, asId, type CampaignId, type ModelId } from '../ids.ts';
import { audit } from '../kit/audit.ts';
import { StepRefused } from '../kit/state-machine.ts';
import * as campaigns from '../modules/campaigns/index.ts';
import * as marketplace from '../modules/marketplace/index.ts';
import * as registry from '../modules/registry/index.ts';
import { refuse } from '../refuse.ts';

type Answer = { id: CampaignId; model: string; accepted: boolean };

/** States in which a creator can still say yes or no. */
export const ANSWERABLE: readonly string[] = ['review', 'scheduled', 'running', 'paused'];

/** The creator of a model lets a campaign feature it, or not any more: then its places are free at once. */
export async function answerCampaignOffer(
  context: Context,
  person_id: AccountId,
  answer: Answer,
): Promise<void> {
  const { id, model: slug, accepted } = answer;
  const at = context.clock.now();
  await context.database.inTransaction(async (tx) => {
    const campaign = (await campaigns.lockCampaign(tx, id)) ?? refuse('NOT_FOUND');
    const model = await registry.modelBySlug(tx, slug);
    const offered = (await campaigns.featuresOf(tx, [id])).find(({ model_id }) => model_id === model?.id);
    if (!model || !offered || model.creator_id !== person_id || campaign.state === 'draft')
      refuse('NOT_FOUND');
    if (!ANSWERABLE.includes(campaign.state))
      throw new StepRefused({ code: 'NOT_NOW', state: campaign.state, act: 'answer', possible: [] });
    const said = accepted ? 'accepted' : 'declined';
    await campaigns.answerFeature(tx, offered, { answer: said, answered_by: person_id, answered_at: at });
    if (!accepted)
      for (const booking of await marketplace.bookingsOfCampaign(tx, id))
        if (booking.model_id === asId<ModelId>(model.id))
          await marketplace.releaseSlots(tx, { booking_id: booking.id }, at);
    await audit(tx, {
      at,
      actor: person_id,
      act: 'campaign.answer',
      subject: id,
      detail: { model: slug, said },
    });
  });
  context.wake.send('news');
}

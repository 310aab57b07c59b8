import type { CampaignOffer } from '#api/campaigns/shapes.ts';
import { placeName } from '#api/slots/surface-words.ts';
import type { Context } from '../context.ts';
import { type AccountId, asId, type ModelId } from '../ids.ts';
import { present } from '../kit/assert.ts';
import { micros } from '../kit/money.ts';
import * as campaigns from '../modules/campaigns/index.ts';
import * as registry from '../modules/registry/index.ts';
import { no, YES } from './can.ts';

const SHOWN_MAX = 50;
const ANSWERABLE: readonly campaigns.CampaignState[] = ['review', 'scheduled', 'running', 'paused'];

/** What campaigns ask for the models of somebody, and what was answered. */
export async function campaignOffers(
  { db }: Context,
  creator_id: AccountId,
): Promise<{ items: CampaignOffer[] }> {
  const models = await registry.findModels(db, { creator_id });
  const offers = await campaigns.offersFor(
    db,
    models.map(({ id }) => asId<ModelId>(id)),
    SHOWN_MAX,
  );
  const held_out = await campaigns.heldOutOf(db, creator_id);
  const items: CampaignOffer[] = [];
  for (const { campaign_id, model_id, answer, answered_at } of offers) {
    const campaign = present(await campaigns.campaignById(db, campaign_id), `the campaign ${campaign_id}`);
    const { slug, title } = present(
      models.find(({ id }) => id === model_id),
      `the model ${model_id}`,
    );
    items.push({
      campaign: presentCampaign(campaign, { has_page: !held_out.has(campaign_id) }),
      model: { slug, title },
      slots: campaign.slots
        .filter((slot) => slot.model_id === model_id)
        .map(({ surface, position }) => placeName({ surface, position })),
      answer,
      answered_at: answered_at?.toISOString() ?? null,
      can: { answer: ANSWERABLE.includes(campaign.state) ? YES : no('It is over.') },
    });
  }
  return { items };
}

/** `has_page`: to whoever is held out of it, it has none. */
const presentCampaign = (
  campaign: campaigns.Campaign,
  { has_page }: { has_page: boolean },
): CampaignOffer['campaign'] => {
  const { id, slug, title, tagline, state, starts_at, ends_at, credits_micros, started_at } = campaign;
  return {
    ...{ id, slug, title, tagline, state },
    starts_at: starts_at.toISOString(),
    ends_at: ends_at.toISOString(),
    credits_micros: micros(credits_micros),
    is_public: started_at !== null && has_page,
    repeats: campaign.repeats !== 'no',
  };
};

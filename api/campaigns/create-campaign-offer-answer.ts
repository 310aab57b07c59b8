import * as z from 'zod';
import { endpoint, Id, Slug } from '../base.ts';
import { may } from '../errors.ts';
import { CampaignOffer } from './shapes.ts';

/** The creator of a model lets a campaign feature it, or not. Until the campaign is over that can be changed. */
export const createCampaignOfferAnswer = endpoint
  .route({
    method: 'POST',
    path: '/me/campaign-offers/{id}/{model}/answer',
    tags: ['Campaigns'],
    summary: 'Answer a campaign',
  })
  .errors(may('NOT_FOUND', 'NOT_NOW'))
  .input(z.strictObject({ id: Id, model: Slug, accepted: z.boolean() }))
  .output(z.object({ items: z.array(CampaignOffer) }));

import * as z from 'zod';
import { endpoint } from '../base.ts';
import { may } from '../errors.ts';
import { CampaignOffer } from './shapes.ts';

/** Campaigns that feature a model of the caller, or would. */
export const listCampaignOffers = endpoint
  .route({
    method: 'GET',
    path: '/me/campaign-offers',
    tags: ['Campaigns'],
    summary: 'List what campaigns offer you',
  })
  .errors(may())
  .input(z.object({}))
  .output(z.object({ items: z.array(CampaignOffer) }));

import * as z from 'zod';
import { endpoint } from '../base.ts';
import { may } from '../errors.ts';
import { CampaignCard } from './shapes.ts';

/** Campaigns that run now, as far as they are for whoever asks. */
export const listCampaigns = endpoint
  .route({ method: 'GET', path: '/campaigns', tags: ['Campaigns'], summary: 'List the campaigns that run' })
  .errors(may())
  .input(z.object({}))
  .output(z.object({ items: z.array(CampaignCard) }));

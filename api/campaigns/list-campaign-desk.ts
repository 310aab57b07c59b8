import * as z from 'zod';
import { endpoint, page, paged } from '../base.ts';
import { may } from '../errors.ts';
import { CampaignHead } from './shapes.ts';

/** All campaigns: those that are open, or those that are over. */
export const listCampaignDesk = endpoint
  .route({
    method: 'GET',
    path: '/promotion/campaigns',
    tags: ['Campaigns'],
    summary: 'List campaigns for editors',
  })
  .errors(may())
  .input(z.object({ show: z.enum(['open', 'over']).default('open'), ...paged(20) }))
  .output(page(CampaignHead));

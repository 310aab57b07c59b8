import * as z from 'zod';
import { endpoint } from '../base.ts';
import { may } from '../errors.ts';
import { CampaignBanner } from './shapes.ts';

/** The one campaign, if any, that may show itself to the caller today. */
export const getCampaignBanner = endpoint
  .route({
    method: 'GET',
    path: '/me/campaign',
    tags: ['Campaigns'],
    summary: 'Get the campaign to show you',
  })
  .errors(may())
  .input(z.object({}))
  .output(z.object({ banner: CampaignBanner.nullable() }));

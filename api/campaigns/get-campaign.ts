import * as z from 'zod';
import { endpoint, Slug } from '../base.ts';
import { may } from '../errors.ts';
import { CampaignPage } from './shapes.ts';

/** The page of a campaign from its start on. To whoever is held out of it, it does not exist. */
export const getCampaign = endpoint
  .route({ method: 'GET', path: '/campaigns/{slug}', tags: ['Campaigns'], summary: 'Get a campaign' })
  .errors(may('NOT_FOUND'))
  .input(z.object({ slug: Slug }))
  .output(CampaignPage);

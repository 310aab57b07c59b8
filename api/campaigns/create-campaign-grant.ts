import * as z from 'zod';
import { endpoint, Slug } from '../base.ts';
import { may } from '../errors.ts';
import { CampaignPage } from './shapes.ts';

/** Gives the caller what the campaign gives to each person of its audience, once. Asking again gives nothing more. */
export const createCampaignGrant = endpoint
  .route({
    method: 'POST',
    path: '/campaigns/{slug}/grant',
    tags: ['Campaigns'],
    summary: 'Take the credits of a campaign',
  })
  .errors(may('NOT_FOUND', 'NOT_NOW', 'NOT_IN_AUDIENCE', 'BUDGET_EXHAUSTED'))
  .input(z.strictObject({ slug: Slug }))
  .output(CampaignPage);

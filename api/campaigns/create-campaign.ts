import * as z from 'zod';
import { endpoint } from '../base.ts';
import { may } from '../errors.ts';
import { CampaignFile, CampaignPlan } from './shapes.ts';

/** Begins the draft of a campaign, which an editor writes on and a second one approves. */
export const createCampaign = endpoint
  .route({ method: 'POST', path: '/promotion/campaigns', tags: ['Campaigns'], summary: 'Begin a campaign' })
  .errors(may('CAMPAIGN_ADDRESS_TAKEN'))
  .input(z.strictObject({ title: CampaignPlan.shape.title }))
  .output(CampaignFile);

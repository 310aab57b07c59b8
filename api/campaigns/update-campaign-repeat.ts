import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { CampaignFile, CampaignPlan } from './shapes.ts';

/** Whether next month’s is made of it. That it is scheduled by itself was approved with the plan, and can only be taken back. */
export const updateCampaignRepeat = endpoint
  .route({
    method: 'PUT',
    path: '/promotion/campaigns/{id}/repeat',
    tags: ['Campaigns'],
    summary: 'Let a campaign repeat, or not',
  })
  .errors(may('NOT_FOUND', 'NOT_NOW', 'NOT_ALLOWED'))
  .input(z.strictObject({ id: Id, repeats: CampaignPlan.shape.repeats }))
  .output(CampaignFile);

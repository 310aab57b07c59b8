import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { CampaignFile, CampaignPlan, SeenVersion } from './shapes.ts';

/** Writes the plan of a draft anew. */
export const updateCampaign = endpoint
  .route({
    method: 'PUT',
    path: '/promotion/campaigns/{id}/plan',
    tags: ['Campaigns'],
    summary: 'Write the plan of a campaign',
  })
  .errors(
    may(
      'NOT_FOUND',
      'NOT_NOW',
      'STATE_CHANGED',
      'OWN_INTEREST',
      'CAMPAIGN_ADDRESS_TAKEN',
      'CAMPAIGN_REFUSED',
      'NOT_FEATURABLE',
    ),
  )
  .input(z.strictObject({ id: Id, version: SeenVersion, plan: CampaignPlan }))
  .output(CampaignFile);

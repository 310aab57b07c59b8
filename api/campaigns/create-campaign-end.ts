import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { CampaignFile, CampaignReason, SeenVersion } from './shapes.ts';

/** Ends it before its time; one that has not begun is called off. What is left of its budget goes back when it is settled. */
export const createCampaignEnd = endpoint
  .route({
    method: 'POST',
    path: '/promotion/campaigns/{id}/end',
    tags: ['Campaigns'],
    summary: 'End a campaign, or call it off',
  })
  .errors(may('NOT_FOUND', 'NOT_NOW', 'STATE_CHANGED'))
  .input(z.strictObject({ id: Id, version: SeenVersion, reason: CampaignReason }))
  .output(CampaignFile);

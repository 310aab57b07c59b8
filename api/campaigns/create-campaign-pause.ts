import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { CampaignFile, CampaignReason, SeenVersion } from './shapes.ts';

/** While it is paused it shows nothing and gives nothing; its end stays where it is. */
export const createCampaignPause = endpoint
  .route({
    method: 'POST',
    path: '/promotion/campaigns/{id}/pause',
    tags: ['Campaigns'],
    summary: 'Pause a campaign, or go on',
  })
  .errors(may('NOT_FOUND', 'NOT_NOW', 'STATE_CHANGED'))
  .input(z.strictObject({ id: Id, version: SeenVersion, paused: z.boolean(), reason: CampaignReason }))
  .output(CampaignFile);

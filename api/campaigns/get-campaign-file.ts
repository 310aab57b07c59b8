import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { CampaignFile } from './shapes.ts';

/** The plan of a campaign, its budget, its numbers as they are now, and its lift. */
export const getCampaignFile = endpoint
  .route({
    method: 'GET',
    path: '/promotion/campaigns/{id}',
    tags: ['Campaigns'],
    summary: 'Get a campaign for editors',
  })
  .errors(may('NOT_FOUND'))
  .input(z.object({ id: Id }))
  .output(CampaignFile);

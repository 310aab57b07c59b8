import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { CampaignFile, SeenVersion } from './shapes.ts';

/** Hands a draft to a second editor, and offers it to the creators of its models. */
export const createCampaignSubmission = endpoint
  .route({
    method: 'POST',
    path: '/promotion/campaigns/{id}/submission',
    tags: ['Campaigns'],
    summary: 'Submit a campaign',
  })
  .errors(
    may(
      'NOT_FOUND',
      'NOT_NOW',
      'STATE_CHANGED',
      'OWN_INTEREST',
      'CAMPAIGN_REFUSED',
      'NOT_FEATURABLE',
      'WORDS_REFUSED',
    ),
  )
  .input(z.strictObject({ id: Id, version: SeenVersion }))
  .output(CampaignFile);

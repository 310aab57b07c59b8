import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { CampaignFile, CampaignReason, SeenVersion } from './shapes.ts';

/** A second editor approves: its budget is reserved, its audience frozen, its places booked. Or it goes back with a reason. */
export const createCampaignRuling = endpoint
  .route({
    method: 'POST',
    path: '/promotion/campaigns/{id}/ruling',
    tags: ['Campaigns'],
    summary: 'Approve a campaign, or send it back',
  })
  .errors(
    may(
      'NOT_FOUND',
      'NOT_NOW',
      'STATE_CHANGED',
      'OWN_INTEREST',
      'SECOND_PERSON_NEEDED',
      'CAMPAIGN_REFUSED',
      'NOT_FEATURABLE',
      'WORDS_REFUSED',
      'BUDGET_EXHAUSTED',
      'SLOT_TAKEN',
      'SLOT_RESERVED',
      'SLOT_UNKNOWN',
      'SLOT_IN_THE_PAST',
    ),
  )
  .input(z.strictObject({ id: Id, version: SeenVersion, approved: z.boolean(), reason: CampaignReason }))
  .output(CampaignFile);

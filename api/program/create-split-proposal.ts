import * as z from 'zod';
import { endpoint, Instant, Slug } from '../base.ts';
import { may } from '../errors.ts';
import { SplitProposal } from './agreement-shapes.ts';
import { TeamPart } from './application-shapes.ts';

/** Proposes another split of a published model. Everybody consents who is new or whose part falls. */
export const createSplitProposal = endpoint
  .route({
    method: 'POST',
    path: '/models/{slug}/split-proposals',
    tags: ['Program'],
    summary: 'Propose another split',
  })
  .errors(
    may(
      'NOT_FOUND',
      'STANDING_REFUSED',
      'TEAM_REFUSED',
      'SPLIT_REFUSED',
      'SPLIT_WAITS',
      'CLAIM_OPEN',
      'INVITATIONS_FULL',
      'NOT_PRICED',
    ),
  )
  .input(
    z.strictObject({
      slug: Slug,
      team: z.array(TeamPart).max(12).meta({ description: 'The others; the creator has the rest.' }),
      effective_from: Instant,
      note: z.string().trim().max(500).default(''),
    }),
  )
  .output(SplitProposal);

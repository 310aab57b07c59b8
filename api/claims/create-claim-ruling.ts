import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { ClaimReason, ClaimRemedy, RightsClaim } from './shapes.ts';

/** Rejects a claim, or proposes to uphold it: then somebody else has to sign. */
export const createClaimRuling = endpoint
  .route({ method: 'POST', path: '/claims/{id}/ruling', tags: ['Claims'], summary: 'Rule on a claim' })
  .errors(may('NOT_FOUND', 'NOT_NOW', 'STATE_CHANGED', 'OWN_INTEREST', 'CLAIM_REFUSED'))
  .input(
    z.strictObject({
      id: Id,
      outcome: z.enum(['uphold', 'reject']),
      remedy: ClaimRemedy.optional().meta({ description: 'Of `uphold`.' }),
      reason: ClaimReason,
      version: z.int().meta({ description: 'Of the claim that you saw.' }),
    }),
  )
  .output(RightsClaim);

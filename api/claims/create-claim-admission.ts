import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { ClaimReason, RightsClaim } from './shapes.ts';

/** Admits a claim: from then on what its leg earns is set aside. Or dismisses it, with the reason. */
export const createClaimAdmission = endpoint
  .route({
    method: 'POST',
    path: '/claims/{id}/admission',
    tags: ['Claims'],
    summary: 'Admit or dismiss a claim',
  })
  .errors(may('NOT_FOUND', 'NOT_NOW', 'STATE_CHANGED', 'OWN_INTEREST', 'CLAIM_OPEN', 'CLAIM_REFUSED'))
  .input(
    z.strictObject({
      id: Id,
      admitted: z.boolean(),
      reason: ClaimReason,
      version: z.int().meta({ description: 'Of the claim that you saw.' }),
    }),
  )
  .output(RightsClaim);

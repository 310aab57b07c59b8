import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { ClaimReason, RightsClaim } from './shapes.ts';

/** A second person signs that a claim is upheld, or declines to. Signed, it happens at once. */
export const createClaimSignature = endpoint
  .route({
    method: 'POST',
    path: '/claims/{id}/signature',
    tags: ['Claims'],
    summary: 'Sign a claim that is to be upheld',
  })
  .errors(
    may('NOT_FOUND', 'NOT_NOW', 'STATE_CHANGED', 'OWN_INTEREST', 'SECOND_PERSON_NEEDED', 'CLAIM_REFUSED'),
  )
  .input(
    z.strictObject({
      id: Id,
      signed: z.boolean(),
      reason: ClaimReason,
      version: z.int().meta({ description: 'Of the claim that you saw.' }),
    }),
  )
  .output(RightsClaim);

import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { RightsClaim } from './shapes.ts';

/** The claimant takes a claim back. What was set aside goes back to where it would be. */
export const createClaimWithdrawal = endpoint
  .route({ method: 'POST', path: '/claims/{id}/withdrawal', tags: ['Claims'], summary: 'Withdraw a claim' })
  .errors(may('NOT_FOUND', 'NOT_NOW', 'STATE_CHANGED'))
  .input(
    z.strictObject({
      id: Id,
      reason: z.string().trim().max(2_000).default(''),
      version: z.int().meta({ description: 'Of the claim that you saw.' }),
    }),
  )
  .output(RightsClaim);

import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { RightsClaim } from './shapes.ts';

/** Whoever a claim is about answers it, once. */
export const createClaimAnswer = endpoint
  .route({ method: 'POST', path: '/claims/{id}/answer', tags: ['Claims'], summary: 'Answer a claim' })
  .errors(may('NOT_FOUND', 'NOT_NOW', 'ALREADY_ANSWERED', 'STATE_CHANGED'))
  .input(
    z.strictObject({
      id: Id,
      answer: z.string().trim().min(20, 'Say what there is to say.').max(5_000),
      version: z.int().meta({ description: 'Of the claim that you saw.' }),
    }),
  )
  .output(RightsClaim);

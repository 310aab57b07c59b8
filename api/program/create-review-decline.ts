import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { Assignment } from './review-shapes.ts';

/** Somebody else is asked. */
export const createReviewDecline = endpoint
  .route({
    method: 'POST',
    path: '/review/assignments/{id}/decline',
    successStatus: 201,
    tags: ['Review'],
    summary: 'Say that I cannot review it',
  })
  .errors(may('NOT_FOUND', 'NOT_NOW'))
  .input(
    z.strictObject({
      id: Id,
      reason: z.string().trim().min(1, 'must not be empty').max(1_000),
      conflict: z.boolean().default(false).meta({
        description: 'A conflict of interest: it is kept, and counts for every later revision too.',
      }),
    }),
  )
  .output(Assignment);

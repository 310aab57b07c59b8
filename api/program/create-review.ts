import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { Assignment, ReviewInput } from './review-shapes.ts';

export const createReview = endpoint
  .route({
    method: 'POST',
    path: '/review/assignments/{id}/reviews',
    successStatus: 201,
    tags: ['Review'],
    summary: 'Submit a review, or another version of it',
  })
  .errors(may('NOT_FOUND', 'NOT_NOW', 'STATE_CHANGED', 'CONFLICT_OF_INTEREST'))
  .input(
    z.strictObject({
      id: Id,
      review: ReviewInput,
      replaces: z.int().min(1).nullable().default(null).meta({
        description:
          'The number of the version that this one takes the place of; null: the first of this revision.',
      }),
    }),
  )
  .output(Assignment);

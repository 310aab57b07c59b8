import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { Assignment } from './review-shapes.ts';

/** Notes are private. */
export const updateReviewDraft = endpoint
  .route({
    method: 'PUT',
    path: '/review/assignments/{id}/draft',
    tags: ['Review'],
    summary: 'Save what I am writing',
  })
  .errors(may('NOT_FOUND', 'DRAFT_CHANGED', 'DRAFT_TOO_LARGE'))
  .input(
    z.strictObject({
      id: Id,
      draft: z.record(z.string().max(40), z.unknown()),
      notes: z.string().max(20_000).default(''),
      draft_version: z.int().min(1),
    }),
  )
  .output(Assignment);

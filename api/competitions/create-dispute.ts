import * as z from 'zod';
import { endpoint, Slug } from '../base.ts';
import { may } from '../errors.ts';
import { Dispute, DISPUTE_CHARS_MAX } from './results-shapes.ts';
import { CategoryKind } from './shapes.ts';

/** Somebody who entered or voted says what is wrong with provisional results. One each for each version of a category. */
export const createDispute = endpoint
  .route({
    method: 'POST',
    path: '/competitions/{slug}/disputes',
    tags: ['Competitions'],
    summary: 'Dispute provisional results',
  })
  .errors(may('NOT_FOUND', 'NOT_NOW', 'NOT_INVOLVED', 'DISPUTED_ALREADY', 'DISPUTES_OVER'))
  .input(
    z.strictObject({
      slug: Slug,
      kind: CategoryKind,
      text: z.string().trim().min(1, 'must be given').max(DISPUTE_CHARS_MAX),
    }),
  )
  .output(Dispute);

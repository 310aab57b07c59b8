import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { RevisionDiff } from './applicant-shapes.ts';

/** What one revision says otherwise than an earlier one, field by field. */
export const getRevisionDiff = endpoint
  .route({
    method: 'GET',
    path: '/applications/{id}/revisions/{number}/difference',
    tags: ['Program'],
    summary: 'What changed between two revisions',
  })
  .errors(may('NOT_FOUND'))
  .input(
    z.strictObject({
      id: Id,
      number: z.coerce.number().int().min(1),
      from: z.coerce.number().int().min(1).optional().meta({ description: 'The one before, if left out.' }),
    }),
  )
  .output(RevisionDiff);

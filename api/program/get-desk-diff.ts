import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { RevisionDiff } from './applicant-shapes.ts';

/** What an application says otherwise than it did in an earlier revision, for whoever decides about it. */
export const getDeskDiff = endpoint
  .route({
    method: 'GET',
    path: '/desk/applications/{id}/revisions/{number}/difference',
    tags: ['Review'],
    summary: 'What changed between two revisions, at the desk',
  })
  .errors(may('NOT_FOUND', 'CONFLICT_OF_INTEREST'))
  .input(
    z.strictObject({
      id: Id,
      number: z.coerce.number().int().min(1),
      from: z.coerce.number().int().min(1).optional().meta({ description: 'The one before, if left out.' }),
    }),
  )
  .output(RevisionDiff);

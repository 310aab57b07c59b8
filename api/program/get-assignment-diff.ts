import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { RevisionDiff } from './applicant-shapes.ts';

/**
 * What is to be reviewed says otherwise than the revision that the reviewer wrote about last, or the one before it;
 * without its author. There is none for a first revision.
 */
export const getAssignmentDiff = endpoint
  .route({
    method: 'GET',
    path: '/review/assignments/{id}/difference',
    tags: ['Review'],
    summary: 'What changed since the last revision, without its author',
  })
  .errors(may('NOT_FOUND'))
  .input(z.strictObject({ id: Id }))
  .output(RevisionDiff);

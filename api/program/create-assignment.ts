import * as z from 'zod';
import { endpoint, Handle, Id } from '../base.ts';
import { may } from '../errors.ts';
import { DeskFile } from './review-shapes.ts';

/** While the panel deliberates this leads back to review. */
export const createAssignment = endpoint
  .route({
    method: 'POST',
    path: '/desk/applications/{id}/assignments',
    successStatus: 201,
    tags: ['Review'],
    summary: 'Ask one more reviewer',
  })
  .errors(
    may(
      'NOT_FOUND',
      'NOT_NOW',
      'STATE_CHANGED',
      'CONFLICT_OF_INTEREST',
      'REVIEWERS_MISSING',
      'REVIEWER_UNKNOWN',
      'ASKED_ALREADY',
    ),
  )
  .input(
    z.strictObject({
      id: Id,
      version: z.int().min(1).meta({ description: 'Of the application that you saw.' }),
      reviewer: Handle.optional(),
    }),
  )
  .output(DeskFile);

import { endpoint, Handle } from '../base.ts';
import { may } from '../errors.ts';
import { ApplicationAct } from './application-shapes.ts';
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
    ApplicationAct.extend({
      reviewer: Handle.optional(),
    }),
  )
  .output(DeskFile);

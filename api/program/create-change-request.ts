import * as z from 'zod';
import { endpoint } from '../base.ts';
import { may } from '../errors.ts';
import { ApplicationAct } from './application-shapes.ts';
import { DeskFile } from './review-shapes.ts';

/** The clocks of the review rest until the applicant submits again. */
export const createChangeRequest = endpoint
  .route({
    method: 'POST',
    path: '/desk/applications/{id}/change-requests',
    successStatus: 201,
    tags: ['Review'],
    summary: 'Ask the applicant to change something',
  })
  .errors(may('NOT_FOUND', 'NOT_NOW', 'STATE_CHANGED', 'CONFLICT_OF_INTEREST'))
  .input(
    ApplicationAct.extend({
      asked: z.string().trim().min(1, 'must not be empty').max(8_000),
    }),
  )
  .output(DeskFile);

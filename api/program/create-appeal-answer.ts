import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { DeskFile } from './review-shapes.ts';

/** Reopened, it is reviewed by at least two people who have not seen it. */
export const createAppealAnswer = endpoint
  .route({
    method: 'POST',
    path: '/desk/applications/{id}/appeal-answer',
    successStatus: 201,
    tags: ['Review'],
    summary: 'Answer an appeal',
  })
  .errors(
    may(
      'NOT_FOUND',
      'NOT_NOW',
      'STATE_CHANGED',
      'CONFLICT_OF_INTEREST',
      'CHAIR_REVIEWED',
      'REVIEWERS_MISSING',
    ),
  )
  .input(
    z.strictObject({
      id: Id,
      version: z.int().min(1).meta({ description: 'Of the application that you saw.' }),
      outcome: z.enum(['upheld', 'reopened']),
      reasons: z.string().trim().min(1, 'must not be empty').max(8_000),
    }),
  )
  .output(DeskFile);

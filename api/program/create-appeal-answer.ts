import * as z from 'zod';
import { endpoint } from '../base.ts';
import { may } from '../errors.ts';
import { ApplicationAct } from './application-shapes.ts';
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
    ApplicationAct.extend({
      outcome: z.enum(['upheld', 'reopened']),
      reasons: z.string().trim().min(1, 'must not be empty').max(8_000),
    }),
  )
  .output(DeskFile);

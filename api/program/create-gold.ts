import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { DeskFile, Scores } from './review-shapes.ts';

/** A tenth of the reviews that reviewers are asked for are of such applications. They say how severe a reviewer is and decide nothing. */
export const createGold = endpoint
  .route({
    method: 'POST',
    path: '/desk/applications/{id}/gold',
    successStatus: 201,
    tags: ['Review'],
    summary: 'Mark an application with the scores that a panel agreed on',
  })
  .errors(may('NOT_FOUND', 'NOT_NOW', 'MARKED_ALREADY', 'CONFLICT_OF_INTEREST'))
  .input(z.strictObject({ id: Id, scores: Scores, note: z.string().trim().max(2_000).default('') }))
  .output(DeskFile);

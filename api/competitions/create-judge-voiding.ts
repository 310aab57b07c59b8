import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { DeskReason, Judge } from './results-shapes.ts';

/** A conflict of interest was found late: the ranking does not count. After the counting that makes another version; once the results are out only where somebody else has opened a case about the category. */
export const createJudgeVoiding = endpoint
  .route({
    method: 'POST',
    path: '/competitions/judges/{id}/voiding',
    tags: ['Competitions'],
    summary: 'Void a judge',
  })
  .errors(may('NOT_FOUND', 'NOT_NOW', 'SECOND_PERSON_NEEDED', 'COUNTING', 'OWN_INTEREST'))
  .input(z.strictObject({ id: Id, reason: DeskReason }))
  .output(Judge);

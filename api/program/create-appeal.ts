import * as z from 'zod';
import { endpoint } from '../base.ts';
import { may } from '../errors.ts';
import { ApplicationAct } from './application-shapes.ts';
import { Outcome } from './review-shapes.ts';

/** Once, within 30 days. People who had no part in the refusal look at it. */
export const createAppeal = endpoint
  .route({
    method: 'POST',
    path: '/applications/{id}/appeal',
    successStatus: 201,
    tags: ['Review'],
    summary: 'Appeal against a refusal',
  })
  .errors(may('NOT_FOUND', 'NOT_NOW', 'STATE_CHANGED', 'APPEAL_TOO_LATE', 'APPEALED_ALREADY'))
  .input(
    ApplicationAct.extend({
      grounds: z.string().trim().min(1, 'must not be empty').max(8_000),
    }),
  )
  .output(Outcome);

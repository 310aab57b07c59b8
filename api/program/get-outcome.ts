import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { Outcome } from './review-shapes.ts';

export const getOutcome = endpoint
  .route({
    method: 'GET',
    path: '/applications/{id}/outcome',
    tags: ['Review'],
    summary: 'Letters, scores and reasons of one of my applications',
  })
  .errors(may('NOT_FOUND'))
  .input(z.strictObject({ id: Id }))
  .output(Outcome);

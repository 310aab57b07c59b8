import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { Bench } from './bench-shapes.ts';

/** What failed is run again; what was made stays. */
export const createBenchRetry = endpoint
  .route({
    method: 'POST',
    path: '/applications/{id}/bench-retries',
    tags: ['Program'],
    summary: 'Run the failed cells of a bench again',
  })
  .errors(may('NOT_FOUND', 'NOT_NOW', 'STATE_CHANGED', 'BENCH_WHOLE', 'CONFLICT_OF_INTEREST'))
  .input(
    z.strictObject({
      id: Id,
      version: z.int().min(1).meta({ description: 'Of the bench that you saw.' }),
    }),
  )
  .output(Bench);

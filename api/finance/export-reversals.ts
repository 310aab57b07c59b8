import * as z from 'zod';
import { endpoint } from '../base.ts';
import { Month } from '../earnings/statement-shapes.ts';
import { ReversalCause } from './shapes.ts';

/** CSV with one row a reversal, amounts in micro-credits; cells are safe against formulas. */
export const exportReversals = endpoint
  .route({
    method: 'GET',
    path: '/reversals/export',
    tags: ['Finance'],
    summary: 'Refunds of a month as CSV',
  })
  .input(z.strictObject({ month: Month, cause: ReversalCause.optional() }))
  .output(z.file());

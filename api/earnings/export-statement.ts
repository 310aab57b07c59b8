import * as z from 'zod';
import { endpoint } from '../base.ts';
import { may } from '../errors.ts';
import { Month } from './statement-shapes.ts';

/** `json`: the exact bytes that the digest of a sealed month is over. `csv`: all lines, safe against formulas. */
export const exportStatement = endpoint
  .route({
    method: 'GET',
    path: '/statements/{month}/export',
    tags: ['Earnings'],
    summary: 'A statement as a file',
  })
  .errors(may('NOT_FOUND', 'NOT_YET', 'BEFORE_THE_BOOKS'))
  .input(z.strictObject({ month: Month, format: z.enum(['csv', 'json']).default('csv') }))
  .output(z.file());

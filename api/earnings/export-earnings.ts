import * as z from 'zod';
import { endpoint } from '../base.ts';

/** CSV with one row a generation, amounts in micro-credits; cells are safe against formulas. */
export const exportEarnings = endpoint
  .route({
    method: 'GET',
    path: '/earnings/export',
    tags: ['Earnings'],
    summary: 'Earnings of a month as CSV',
  })
  .input(z.strictObject({ month: z.string().regex(/^\d{4}-(0[1-9]|1[0-2])$/) }))
  .output(z.file());

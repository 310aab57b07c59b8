import * as z from 'zod';
import { endpoint, page, paged } from '../base.ts';
import { Adjustment } from './shapes.ts';

export const listAdjustments = endpoint
  .route({ method: 'GET', path: '/adjustments', tags: ['Finance'], summary: 'Adjustments, newest first' })
  .input(z.strictObject({ state: z.enum(['waiting', 'approved']).optional(), ...paged(30) }))
  .output(page(Adjustment));

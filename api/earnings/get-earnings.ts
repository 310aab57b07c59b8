import * as z from 'zod';
import { endpoint } from '../base.ts';
import { Earnings } from './shapes.ts';

export const getEarnings = endpoint
  .route({ method: 'GET', path: '/earnings', tags: ['Earnings'], summary: 'What my models earned' })
  .input(z.strictObject({ days: z.coerce.number().int().min(1).max(90).default(30) }))
  .output(Earnings);

import * as z from 'zod';
import { endpoint, page, paged, Slug } from '../base.ts';
import { EarningsLine } from './shapes.ts';

export const listEarningsLines = endpoint
  .route({
    method: 'GET',
    path: '/earnings/lines',
    tags: ['Earnings'],
    summary: 'One line for each settled generation',
  })
  .input(z.strictObject({ model: Slug.optional(), ...paged(50) }))
  .output(page(EarningsLine));

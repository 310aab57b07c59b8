import * as z from 'zod';
import { endpoint, Instant, page, paged, Slug } from '../base.ts';
import { EarningsLine } from './shapes.ts';

export const listEarningsLines = endpoint
  .route({
    method: 'GET',
    path: '/earnings/lines',
    tags: ['Earnings'],
    summary: 'One line for each settled generation',
  })
  .input(
    z.strictObject({
      model: Slug.optional(),
      from: Instant.optional().meta({ description: 'Settled from this instant on.' }),
      to: Instant.optional().meta({ description: 'Settled before this instant.' }),
      ...paged(50),
    }),
  )
  .output(page(EarningsLine));

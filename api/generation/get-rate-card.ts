import * as z from 'zod';
import { endpoint, Instant, Micros } from '../base.ts';
import { may } from '../errors.ts';

export const RateCard = z.object({
  version: z.int(),
  effective_at: Instant,
  classes: z.array(
    z.object({
      price_class: z.string(),
      unit: z.enum(['megapixel', 'second', 'pixel-second']),
      per_unit_micros: Micros,
      minimum_micros: Micros,
      explanation: z.string(),
    }),
  ),
});

export const getRateCard = endpoint
  .route({ method: 'GET', path: '/rate-card', tags: ['Generation'], summary: 'The price list in force' })
  .errors(may('NOT_PRICED'))
  .output(RateCard);

import * as z from 'zod';
import { endpoint, Id, IdempotencyHeaders, TimeZoneHeaders } from '../base.ts';
import { may } from '../errors.ts';
import { Generation, Input, JobClass } from './shapes.ts';
import { START_REFUSALS } from './start-refusals.ts';

/** Holds the credits, freezes the terms and queues the work. The answer comes before the result. */
export const createGeneration = endpoint
  .route({
    method: 'POST',
    path: '/generations',
    successStatus: 202,
    inputStructure: 'detailed',
    tags: ['Generation'],
    summary: 'Start a generation',
  })
  .errors(may(...START_REFUSALS))
  .input(
    z.object({
      headers: IdempotencyHeaders.extend(TimeZoneHeaders.shape),
      body: z.strictObject({
        release_id: Id,
        input: Input,
        quote: z.string().max(4000).optional(),
        spend_first: z.enum(['promo', 'paid']).default('promo'),
        class: JobClass.default('interactive'),
      }),
    }),
  )
  .output(Generation);

import * as z from 'zod';
import { endpoint, Id, IdempotencyHeaders, Micros, TimeZoneHeaders } from '../base.ts';
import { may } from '../errors.ts';
import { Generation, Input } from './shapes.ts';
import { START_REFUSALS } from './start-refusals.ts';

export const BATCH_MAX = 8;

/**
 * Starts up to eight generations that belong together: variations of one, or the same on several models.
 * What is wrong with one of them, or cannot be paid together, refuses all before anything is held. What the
 * queue has no room for afterwards is named one by one, beside those that were started.
 */
export const createBatch = endpoint
  .route({
    method: 'POST',
    path: '/batches',
    successStatus: 202,
    inputStructure: 'detailed',
    tags: ['Generation'],
    summary: 'Start several generations together',
  })
  .errors(may('NOT_FOUND', ...START_REFUSALS))
  .input(
    z.object({
      headers: IdempotencyHeaders.extend(TimeZoneHeaders.shape),
      body: z.strictObject({
        batch_id: Id.meta({ description: 'Made by the caller; the generations carry it.' }),
        board_id: Id.optional().meta({ description: 'The board that the results are for.' }),
        generations: z
          .array(z.strictObject({ release_id: Id, input: Input, quote: z.string().max(4000).optional() }))
          .min(1)
          .max(BATCH_MAX),
        spend_first: z.enum(['promo', 'paid']).default('promo'),
      }),
    }),
  )
  .output(
    z.object({
      batch_id: Id,
      price_micros: Micros.meta({ description: 'Of those that were started.' }),
      generations: z.array(Generation),
      refused: z.array(
        z.object({
          place: z.int().meta({ description: 'Its place in the list that was sent, from 0.' }),
          code: z.string(),
          message: z.string(),
          retry_after_s: z.int().nullable(),
        }),
      ),
    }),
  );

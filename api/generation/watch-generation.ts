import { eventIterator } from '@orpc/contract';
import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { ABOUT_STREAMS } from '../streams.ts';
import { Estimate, Generation, Progress } from './shapes.ts';

export const GenerationEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('state'), generation: Generation }),
  z.object({ type: z.literal('progress'), progress: Progress }),
  z.object({
    type: z.literal('queue'),
    queue_place: z.int(),
    estimate: Estimate.nullable(),
    runner_away: z.boolean(),
  }),
  z.object({ type: z.literal('preview'), mime: z.string(), base64: z.string() }),
  z
    .object({ type: z.literal('log'), text: z.string() })
    .meta({ description: 'A line of what the model says while it works.' }),
]);

/** Server-sent events: the state first, then all that happens until the generation has ended. */
export const watchGeneration = endpoint
  .route({
    method: 'GET',
    path: '/generations/{id}/events',
    tags: ['Generation'],
    summary: 'Watch a generation',
    description: ABOUT_STREAMS,
  })
  .errors(may('NOT_FOUND'))
  .input(z.strictObject({ id: Id }))
  .output(eventIterator(GenerationEvent));

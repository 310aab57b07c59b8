import { eventIterator } from '@orpc/contract';
import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { ABOUT_STREAMS } from '../streams.ts';
import { Estimate, Generation, Progress } from './shapes.ts';

export const GenerationsEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('open'), generations: z.array(Generation) }),
  z.object({ type: z.literal('generation'), generation: Generation }),
  z.object({ type: z.literal('progress'), id: Id, progress: Progress }),
  z.object({
    type: z.literal('queue'),
    id: Id,
    queue_place: z.int().nullable(),
    estimate: Estimate.nullable(),
    runner_away: z.boolean(),
  }),
  z.object({ type: z.literal('preview'), id: Id, mime: z.string(), base64: z.string() }),
  z.object({ type: z.literal('boards') }),
]);

/**
 * Server-sent events for as long as one listens: what is open first, then every change of any generation of
 * the caller: started, moved up, run, ended, its assets deleted or restored. `boards` says that the list of
 * boards is another one now.
 */
export const watchGenerations = endpoint
  .route({
    method: 'GET',
    path: '/me/generations/events',
    tags: ['Generation'],
    summary: 'Watch all my generations',
    description: ABOUT_STREAMS,
  })
  .input(z.strictObject({}))
  .output(eventIterator(GenerationsEvent));

import * as z from 'zod';
import { endpoint } from '../base.ts';

/** An engine outside that the operator has listed; where its secret lies is not told, let alone what it is. */
export const Endpoint = z.object({
  name: z.string(),
  kind: z.enum(['cog', 'comfyui', 'openai-images', 'replicate']),
  origin: z.string(),
  has_token: z.boolean(),
  slots: z.int(),
  waiting: z.int().meta({ description: 'Jobs in its queue.' }),
  running: z.int().meta({ description: 'Jobs that it has been given.' }),
  health: z.object({
    state: z.enum(['ready', 'busy', 'starting', 'failed', 'down']),
    reason: z.string().nullable(),
  }),
});
export type Endpoint = z.infer<typeof Endpoint>;

/** Each of them is asked how it is, now. */
export const listEndpoints = endpoint
  .route({
    method: 'GET',
    path: '/runners/endpoints',
    tags: ['Administration'],
    summary: 'Engines outside and how they are',
  })
  .output(z.object({ items: z.array(Endpoint) }));

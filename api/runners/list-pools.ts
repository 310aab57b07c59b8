import * as z from 'zod';
import { endpoint } from '../base.ts';
import { Pool } from './shapes.ts';

export const listPools = endpoint
  .route({
    method: 'GET',
    path: '/runners/pools',
    tags: ['Administration'],
    summary: 'Queues and who serves them',
  })
  .output(z.object({ items: z.array(Pool) }));

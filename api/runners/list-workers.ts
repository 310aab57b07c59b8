import * as z from 'zod';
import { endpoint } from '../base.ts';
import { Worker } from './shapes.ts';

export const listWorkers = endpoint
  .route({ method: 'GET', path: '/runners/workers', tags: ['Administration'], summary: 'Workers' })
  .output(z.object({ items: z.array(Worker) }));

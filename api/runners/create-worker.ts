import * as z from 'zod';
import { endpoint } from '../base.ts';
import { PoolName, Worker } from './shapes.ts';

/** Lets a machine in. Its token is in this answer and nowhere else, ever. */
export const createWorker = endpoint
  .route({
    method: 'POST',
    path: '/runners/workers',
    successStatus: 201,
    tags: ['Administration'],
    summary: 'Make a worker token',
  })
  .input(
    z.strictObject({
      name: z.string().trim().min(1).max(60),
      pools: z.array(PoolName).min(1).max(20).meta({ description: '`embedded`, or `pull:<name>`.' }),
    }),
  )
  .output(z.object({ worker: Worker, token: z.string() }));

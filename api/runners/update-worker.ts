import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { Trust, Worker } from './shapes.ts';

/** Trusts a worker, puts it on probation again, or suspends it: what it has in hand then goes back to the queue. */
export const updateWorker = endpoint
  .route({
    method: 'PUT',
    path: '/runners/workers/{id}',
    tags: ['Administration'],
    summary: 'Trust a worker, or not',
  })
  .errors(may('NOT_FOUND'))
  .input(z.strictObject({ id: Id, trust: Trust }))
  .output(Worker);

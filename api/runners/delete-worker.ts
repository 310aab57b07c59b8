import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';

/** Ends the token of a worker for ever; what it has in hand goes back to the queue. */
export const deleteWorker = endpoint
  .route({
    method: 'DELETE',
    path: '/runners/workers/{id}',
    tags: ['Administration'],
    summary: 'Revoke a worker',
  })
  .errors(may('NOT_FOUND'))
  .input(z.strictObject({ id: Id }))
  .output(z.object({ revoked: z.literal(true) }));

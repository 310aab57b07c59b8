import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';

/** It is gone from every list at once, and its link leads nowhere for others. Likes and comments wait for its return. */
export const withdrawCreation = endpoint
  .route({
    method: 'DELETE',
    path: '/creations/{id}',
    tags: ['Community'],
    summary: 'Take back what I show',
  })
  .errors(may('NOT_FOUND'))
  .input(z.strictObject({ id: Id }))
  .output(z.object({ shown: z.literal(false) }));

import * as z from 'zod';
import { endpoint } from '../base.ts';
import { may } from '../errors.ts';

/** Signs out: `current`, or one of the caller's other sessions by its id. */
export const deleteSession = endpoint
  .route({ method: 'DELETE', path: '/sessions/{id}', tags: ['Identity'], summary: 'Sign out' })
  .errors(may('NOT_FOUND'))
  .input(z.strictObject({ id: z.union([z.literal('current'), z.uuid()]) }))
  .output(z.object({ ended: z.literal(true) }));

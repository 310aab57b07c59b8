import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';

export const deleteApiKey = endpoint
  .route({ method: 'DELETE', path: '/api-keys/{id}', tags: ['Identity'], summary: 'Revoke an API key' })
  .errors(may('NOT_FOUND'))
  .input(z.strictObject({ id: Id }))
  .output(z.object({ revoked: z.literal(true) }));

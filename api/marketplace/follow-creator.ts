import * as z from 'zod';
import { endpoint } from '../base.ts';
import { may } from '../errors.ts';

export const Follow = z.object({ followed: z.boolean(), followers: z.int() });

export const followCreator = endpoint
  .route({ method: 'PUT', path: '/creators/{handle}/follow', tags: ['Models'], summary: 'Follow a creator' })
  .errors(may('NOT_FOUND', 'BLOCKED'))
  .input(z.strictObject({ handle: z.string().max(30) }))
  .output(Follow);

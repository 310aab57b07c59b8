import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';

export const Likes = z.object({ likes: z.int(), liked: z.boolean() });

export const likeCreation = endpoint
  .route({ method: 'PUT', path: '/creations/{id}/like', tags: ['Community'], summary: 'Like a creation' })
  .errors(may('NOT_FOUND', 'BLOCKED'))
  .input(z.strictObject({ id: Id }))
  .output(Likes);

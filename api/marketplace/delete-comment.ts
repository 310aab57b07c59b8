import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';

/** One's own, or one below what one made. */
export const deleteComment = endpoint
  .route({ method: 'DELETE', path: '/comments/{id}', tags: ['Community'], summary: 'Delete a comment' })
  .errors(may('NOT_FOUND'))
  .input(z.strictObject({ id: Id }))
  .output(z.object({ deleted: z.literal(true) }));

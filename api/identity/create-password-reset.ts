import * as z from 'zod';
import { endpoint } from '../base.ts';

/** Answers the same for every address: who has an account here is nobody's business. Three letters an hour at most. */
export const createPasswordReset = endpoint
  .route({
    method: 'POST',
    path: '/password-resets',
    successStatus: 202,
    tags: ['Identity'],
    summary: 'Ask for a reset link',
  })
  .input(z.strictObject({ email: z.string().max(254) }))
  .output(z.object({ sent: z.literal(true) }));

import * as z from 'zod';
import { endpoint, Instant } from '../base.ts';
import { may } from '../errors.ts';

/** Asks that the account be deleted. Until it is due, whoever signs in can still stay. */
export const createLeaving = endpoint
  .route({
    method: 'POST',
    path: '/me/leaving',
    tags: ['Identity'],
    summary: 'Leave',
    description:
      'Ends every other session and revokes every API key at once; everything else stays as it is until the account is due. A letter says when that is.',
  })
  .errors(may('WRONG_CREDENTIALS', 'LEAVING_ALREADY', 'LEAVING_BLOCKED', 'LEAVING_GIVES_UP'))
  .input(
    z.strictObject({
      password: z.string().max(200),
      confirmation: z.string().max(100).meta({ description: 'The handle of the account.' }),
      gives_up: z.boolean().default(false).meta({ description: 'Bought credits and earnings are given up.' }),
    }),
  )
  .output(z.object({ due_at: Instant }));

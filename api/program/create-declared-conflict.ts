import * as z from 'zod';
import { endpoint, Handle } from '../base.ts';
import { may } from '../errors.ts';
import { DeclaredConflict } from './review-shapes.ts';

/** From then on you are asked about nothing that they have a part in, and what you wrote about it does not count. */
export const createDeclaredConflict = endpoint
  .route({
    method: 'POST',
    path: '/review/conflicts',
    successStatus: 201,
    tags: ['Review'],
    summary: 'Declare a conflict of interest with somebody',
  })
  .errors(may('NOT_FOUND', 'CONFLICTS_FULL'))
  .input(z.strictObject({ handle: Handle, reason: z.string().trim().min(1, 'must not be empty').max(1_000) }))
  .output(z.object({ items: z.array(DeclaredConflict) }));

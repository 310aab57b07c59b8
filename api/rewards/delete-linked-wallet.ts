import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';

/** Asks for no password: it is the brake of whoever reads of a link that is not theirs, and can only stop. */
export const deleteLinkedWallet = endpoint
  .route({
    method: 'DELETE',
    path: '/linked-wallets/{id}',
    tags: ['Rewards'],
    summary: 'Unlink my wallet',
    description: 'Nothing new is cut for it. What was stays with it, and is claimed with it.',
  })
  .errors(may('NOT_FOUND'))
  .input(z.strictObject({ id: Id }))
  .output(z.object({ ended: z.literal(true) }));

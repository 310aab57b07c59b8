import * as z from 'zod';
import { endpoint } from '../base.ts';
import { may } from '../errors.ts';
import { Claims } from './claim-shapes.ts';

/** What the caller’s wallets may claim by the live root. Wallets of before keep what was cut for them. */
export const getClaim = endpoint
  .route({
    method: 'GET',
    path: '/me/rewards/claim',
    tags: ['Rewards'],
    summary: 'What one may claim, and how',
  })
  .errors(may())
  .input(z.strictObject({}))
  .output(Claims);

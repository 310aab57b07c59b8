import * as z from 'zod';
import { endpoint } from '../base.ts';
import { may } from '../errors.ts';
import { RewardsDesk } from './desk-shapes.ts';

/** Pool, halt, the epoch that is under way, and what the next would commit. */
export const getRewardsDesk = endpoint
  .route({ method: 'GET', path: '/rewards-desk', tags: ['Rewards'], summary: 'The desk of pool and epochs' })
  .errors(may())
  .input(z.strictObject({}))
  .output(RewardsDesk);

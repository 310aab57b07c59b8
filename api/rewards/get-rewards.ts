import * as z from 'zod';
import { endpoint, paged } from '../base.ts';
import { may } from '../errors.ts';
import { Rewards } from './reward-shapes.ts';

/** What the caller won and where each of it is, the newest first. Sums and steps are of all of it, whatever the page. */
export const getRewards = endpoint
  .route({ method: 'GET', path: '/me/rewards', tags: ['Rewards'], summary: 'One’s own $STELAI' })
  .errors(may())
  .input(z.strictObject(paged(20)))
  .output(Rewards);

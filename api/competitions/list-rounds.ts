import * as z from 'zod';
import { endpoint, page, paged } from '../base.ts';
import { may } from '../errors.ts';
import { RoundCard } from './shapes.ts';

/** Rounds that are announced, open or being judged; or those that are over. */
export const listRounds = endpoint
  .route({ method: 'GET', path: '/competitions', tags: ['Competitions'], summary: 'List the rounds' })
  .errors(may())
  .input(z.object({ show: z.enum(['now', 'over']).default('now'), ...paged(12) }))
  .output(page(RoundCard));

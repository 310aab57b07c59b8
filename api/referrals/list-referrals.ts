import * as z from 'zod';
import { endpoint, page, paged } from '../base.ts';
import { Referral } from './shapes.ts';

/** Who came by your links, newest first: when, and what it brought. */
export const listReferrals = endpoint
  .route({ method: 'GET', path: '/referrals', tags: ['Referrals'], summary: 'List who came by your links' })
  .input(z.strictObject(paged(25)))
  .output(page(Referral));

import * as z from 'zod';
import { Can, endpoint } from '../base.ts';
import { ReferralLink, ReferralRules } from './shapes.ts';

/** Your links, newest first, with what came of each. */
export const listLinks = endpoint
  .route({ method: 'GET', path: '/referral-links', tags: ['Referrals'], summary: 'List your links' })
  .input(z.object({}))
  .output(z.object({ items: z.array(ReferralLink), rules: ReferralRules, can: z.object({ make: Can }) }));

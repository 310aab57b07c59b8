import * as z from 'zod';
import { endpoint, Instant, Micros, PersonRef } from '../base.ts';
import { ReferralRules } from './shapes.ts';

/** By whose link you came, and what that brings you. */
export const getOwnReferral = endpoint
  .route({ method: 'GET', path: '/referral', tags: ['Referrals'], summary: 'Get how you came' })
  .input(z.object({}))
  .output(
    z.object({
      brought_by: PersonRef.nullable().meta({
        description: 'null: by nobody’s link, or one that does not count.',
      }),
      reward: z
        .object({
          state: z.enum(['pending', 'settled', 'refused', 'reversed']),
          amount_micros: Micros,
          due_at: Instant,
        })
        .nullable(),
      rules: ReferralRules,
    }),
  );

import * as z from 'zod';
import { endpoint } from '../base.ts';
import { may } from '../errors.ts';
import { LinkCode, ReferralLink } from './shapes.ts';

/** Ends a link: it still leads where it led, and brings nobody any more. What it brought stays. */
export const deleteLink = endpoint
  .route({ method: 'DELETE', path: '/referral-links/{code}', tags: ['Referrals'], summary: 'End a link' })
  .errors(may('NOT_FOUND'))
  .input(z.strictObject({ code: LinkCode }))
  .output(ReferralLink);

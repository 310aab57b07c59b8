import * as z from 'zod';
import { endpoint } from '../base.ts';
import { may } from '../errors.ts';
import { LinkDestination, LinkLabel, ReferralLink } from './shapes.ts';

/** Makes a link of your own. Who opens an account within 30 days of coming by it counts as brought by you. */
export const createLink = endpoint
  .route({
    method: 'POST',
    path: '/referral-links',
    successStatus: 201,
    tags: ['Referrals'],
    summary: 'Make a link',
  })
  .errors(may('LINK_LEADS_NOWHERE', 'LINKS_FULL', 'WORDS_REFUSED'))
  .input(z.strictObject({ destination: LinkDestination, label: LinkLabel.default('') }))
  .output(ReferralLink);

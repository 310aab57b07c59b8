import * as z from 'zod';
import { endpoint } from '../base.ts';
import { may } from '../errors.ts';
import { LinkCode, LinkDestination, LinkLabel, ReferralLink } from './shapes.ts';

/** Says something else of a link, or leads it elsewhere from now on. Its code stays. */
export const updateLink = endpoint
  .route({ method: 'PATCH', path: '/referral-links/{code}', tags: ['Referrals'], summary: 'Change a link' })
  .errors(may('NOT_FOUND', 'LINK_ENDED', 'LINK_LEADS_NOWHERE', 'LINK_MOVED_OFTEN', 'WORDS_REFUSED'))
  .input(
    z.strictObject({
      code: LinkCode,
      destination: LinkDestination.optional(),
      label: LinkLabel.optional(),
    }),
  )
  .output(ReferralLink);

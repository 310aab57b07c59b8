import * as z from 'zod';
import { endpoint } from '../base.ts';
import { may } from '../errors.ts';
import { LinkCode } from './shapes.ts';

/** Somebody follows a link. It counts where a person opened a page with it, and says where it leads either way. */
export const createTouch = endpoint
  .route({
    method: 'POST',
    path: '/referral-links/{code}/touches',
    tags: ['Referrals'],
    summary: 'Follow a link',
  })
  .errors(may('NOT_FOUND'))
  .input(z.strictObject({ code: LinkCode }))
  .output(z.object({ path: z.string(), counted: z.boolean() }));

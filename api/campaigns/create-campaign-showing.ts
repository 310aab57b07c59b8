import * as z from 'zod';
import { endpoint, Slug } from '../base.ts';
import { may } from '../errors.ts';

/** Counts the banner as seen today, once. */
export const createCampaignShowing = endpoint
  .route({
    method: 'POST',
    path: '/campaigns/{slug}/showings',
    tags: ['Campaigns'],
    summary: 'Say that the banner was seen',
  })
  .errors(may('NOT_FOUND'))
  .input(z.strictObject({ slug: Slug }))
  .output(z.object({}));

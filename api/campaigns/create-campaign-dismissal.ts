import * as z from 'zod';
import { endpoint, Slug } from '../base.ts';
import { may } from '../errors.ts';

/** The caller does not see its banner again. */
export const createCampaignDismissal = endpoint
  .route({
    method: 'POST',
    path: '/campaigns/{slug}/dismissal',
    tags: ['Campaigns'],
    summary: 'Put the banner away',
  })
  .errors(may('NOT_FOUND'))
  .input(z.strictObject({ slug: Slug }))
  .output(z.object({}));

import * as z from 'zod';
import { endpoint } from '../base.ts';
import { may } from '../errors.ts';
import { Audience } from './shapes.ts';

/** How many people these conditions hold for now, of how many. */
export const createAudienceCount = endpoint
  .route({
    method: 'POST',
    path: '/promotion/audience-count',
    tags: ['Campaigns'],
    summary: 'Count an audience',
  })
  .errors(may())
  .input(z.strictObject({ audience: Audience }))
  .output(z.object({ people: z.int(), members: z.int() }));

import * as z from 'zod';
import { endpoint } from '../base.ts';
import { may } from '../errors.ts';

export const createVisit = endpoint
  .route({
    method: 'POST',
    path: '/featured/visits',
    tags: ['Promotion'],
    summary: 'Tell that a featured model was opened',
  })
  .errors(may('IMPRESSION_REFUSED'))
  .input(
    z.strictObject({
      token: z.string().max(500),
      again: z.boolean().default(false).meta({
        description: 'It was told before, by who was not signed in: nothing is counted, but remembered.',
      }),
    }),
  )
  .output(z.object({ counted: z.boolean() }));

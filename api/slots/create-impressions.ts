import * as z from 'zod';
import { endpoint } from '../base.ts';

/** Once a person, a place and an hour; robots and whoever earns by the model do not count. */
export const createImpressions = endpoint
  .route({
    method: 'POST',
    path: '/featured/impressions',
    tags: ['Promotion'],
    summary: 'Tell that featured cards were seen',
  })
  .input(z.strictObject({ tokens: z.array(z.string().max(500)).min(1).max(30) }))
  .output(z.object({ counted: z.int() }));

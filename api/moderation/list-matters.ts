import * as z from 'zod';
import { endpoint } from '../base.ts';
import { Matter } from './report-shapes.ts';

/** What waits comes first come, first served; what was decided comes newest first. A hundred at most. */
export const listMatters = endpoint
  .route({
    method: 'GET',
    path: '/moderation/matters',
    tags: ['Moderation'],
    summary: 'What people reported',
  })
  .input(z.strictObject({ state: z.enum(['open', 'decided']).default('open') }))
  .output(z.object({ items: z.array(Matter), open: z.int() }));

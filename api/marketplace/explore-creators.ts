import * as z from 'zod';
import { endpoint, PersonRef } from '../base.ts';

export const exploreCreators = endpoint
  .route({ method: 'GET', path: '/explore/creators', tags: ['Models'], summary: 'Find creators by name' })
  .input(
    z.strictObject({
      search: z.string().max(100),
      limit: z.coerce.number().int().min(1).max(24).default(6),
    }),
  )
  .output(z.object({ items: z.array(PersonRef.extend({ models: z.int() })) }));

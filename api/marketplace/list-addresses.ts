import * as z from 'zod';
import { endpoint, Handle, Id, Instant, Slug } from '../base.ts';

export const ADDRESSES_PER_PART = 10_000;

export const listAddresses = endpoint
  .route({
    method: 'GET',
    path: '/explore/addresses',
    tags: ['Models'],
    summary: 'What search engines may visit, in parts',
  })
  .input(
    z.strictObject({
      of: z.enum(['models', 'showcases', 'rounds']).default('models').meta({
        description:
          'Models in parts with those who made them, or the newest showcases in one, or all competitions.',
      }),
      from: Id.optional().meta({ description: 'Where a part begins. Without it the parts are listed.' }),
    }),
  )
  .output(
    z.object({
      parts: z.array(Id),
      models: z.array(z.object({ slug: Slug, published_at: Instant, creator: Handle.nullable() })),
      showcases: z.array(z.object({ slug: Slug, changed_at: Instant })),
      rounds: z.array(z.object({ slug: Slug, changed_at: Instant, results: z.boolean() })),
    }),
  );

import * as z from 'zod';
import { endpoint, Slug } from '../base.ts';

export const listFilters = endpoint
  .route({
    method: 'GET',
    path: '/explore/filters',
    tags: ['Models'],
    summary: 'The tags and licences that most models have, and the newest competitions',
  })
  .input(z.strictObject({}))
  .output(
    z.object({
      tags: z.array(z.object({ tag: z.string(), models: z.int() })),
      licences: z.array(z.object({ id: z.string(), title: z.string(), models: z.int() })),
      rounds: z.array(z.object({ slug: Slug, title: z.string() })),
    }),
  );

import * as z from 'zod';
import { endpoint, Slug } from '../base.ts';
import { may } from '../errors.ts';
import { Dispute } from './results-shapes.ts';

/** What was disputed in a round and how it was decided, the oldest first. */
export const listDisputes = endpoint
  .route({
    method: 'GET',
    path: '/competitions/{slug}/disputes',
    tags: ['Competitions'],
    summary: 'List disputes',
  })
  .errors(may('NOT_FOUND'))
  .input(z.object({ slug: Slug }))
  .output(z.object({ items: z.array(Dispute) }));

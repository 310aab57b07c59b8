import * as z from 'zod';
import { endpoint, Slug } from '../base.ts';
import { may } from '../errors.ts';
import { Integrity } from './results-shapes.ts';

/** The desk of a round: how far the counting is, what looks odd, cases, disputes, and what may be done. */
export const getIntegrity = endpoint
  .route({
    method: 'GET',
    path: '/competitions/{slug}/integrity',
    tags: ['Competitions'],
    summary: 'Get the integrity desk of a round',
  })
  .errors(may('NOT_FOUND'))
  .input(z.object({ slug: Slug }))
  .output(Integrity);

import * as z from 'zod';
import { endpoint, Slug } from '../base.ts';
import { may } from '../errors.ts';
import { Results } from './results-shapes.ts';

/**
 * One of two persons confirms the standings as they are, by the digests of their bundles; with the second they are
 * final, and awards are owed. A change of the standings takes the first confirmation back.
 */
export const createResultsConfirmation = endpoint
  .route({
    method: 'POST',
    path: '/competitions/{slug}/confirmations',
    tags: ['Competitions'],
    summary: 'Confirm results',
  })
  .errors(
    may(
      'NOT_FOUND',
      'NOT_NOW',
      'SECOND_PERSON_NEEDED',
      'OWN_INTEREST',
      'RESULTS_NOT_READY',
      'STANDINGS_CHANGED',
    ),
  )
  .input(
    z.strictObject({
      slug: Slug,
      bundle_digests: z
        .array(z.string().length(64))
        .min(1)
        .max(4)
        .meta({ description: 'Of the standings seen.' }),
    }),
  )
  .output(Results);

import * as z from 'zod';
import { endpoint, Slug } from '../base.ts';
import { may } from '../errors.ts';
import { DeskReason, Integrity } from './results-shapes.ts';
import { CategoryKind } from './shapes.ts';

/** Vote fraud: the ballots of these voters weigh nothing, and the category is counted anew as the next version. Of final results only where somebody else has opened a case. */
export const createBallotVoiding = endpoint
  .route({
    method: 'POST',
    path: '/competitions/{slug}/voided-ballots',
    tags: ['Competitions'],
    summary: 'Void the ballots of voters',
  })
  .errors(may('NOT_FOUND', 'NOT_NOW', 'VOTER_UNKNOWN', 'OWN_INTEREST', 'SECOND_PERSON_NEEDED', 'COUNTING'))
  .input(
    z.strictObject({
      slug: Slug,
      kind: CategoryKind,
      voters: z.array(z.string().max(128)).min(1).max(1_000).meta({ description: 'Their pseudonyms.' }),
      says: DeskReason,
    }),
  )
  .output(Integrity);

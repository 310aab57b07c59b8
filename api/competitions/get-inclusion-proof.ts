import * as z from 'zod';
import { endpoint } from '../base.ts';
import { may } from '../errors.ts';
import { Contest, OwnBallot } from './voting-shapes.ts';

/** The caller's own ballots, each with the way from it to the root of its day. */
export const getInclusionProof = endpoint
  .route({
    method: 'GET',
    path: '/competitions/{slug}/{category}/inclusion-proof',
    tags: ['Competitions'],
    summary: 'Get proofs of your ballots',
  })
  .errors(may('NOT_FOUND'))
  .input(Contest)
  .output(
    z.object({
      voter: z.string().nullable().meta({
        description: 'The name that stands for the caller in what is published of this category.',
      }),
      items: z.array(OwnBallot),
    }),
  );

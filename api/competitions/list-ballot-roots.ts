import * as z from 'zod';
import { endpoint, Slug } from '../base.ts';
import { may } from '../errors.ts';
import { BallotRoot } from './voting-shapes.ts';

/** The root over the ballots of each category and day, as it was published when the day was closed. */
export const listBallotRoots = endpoint
  .route({
    method: 'GET',
    path: '/competitions/{slug}/ballot-roots',
    tags: ['Competitions'],
    summary: 'List the roots over the ballots',
  })
  .errors(may('NOT_FOUND'))
  .input(z.object({ slug: Slug }))
  .output(z.object({ items: z.array(BallotRoot) }));

import { endpoint } from '../base.ts';
import { may } from '../errors.ts';
import { Contest, Voting } from './voting-shapes.ts';

/** Whether the caller may vote, how much their ballots count, and how many are left. */
export const getVoting = endpoint
  .route({
    method: 'GET',
    path: '/competitions/{slug}/{category}/voting',
    tags: ['Competitions'],
    summary: 'Get your part in the vote',
  })
  .errors(may('NOT_FOUND'))
  .input(Contest)
  .output(Voting);

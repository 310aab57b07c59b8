import { endpoint } from '../base.ts';
import { may } from '../errors.ts';
import { Contest, Pair } from './voting-shapes.ts';

/**
 * Gives the caller a pair to compare, drawn by the server from the seed that was committed before. Asking again before
 * it is answered gives the same pair.
 */
export const createAssignment = endpoint
  .route({
    method: 'POST',
    path: '/competitions/{slug}/{category}/assignments',
    tags: ['Competitions'],
    summary: 'Get a pair to compare',
  })
  .errors(may('NOT_FOUND', 'VOTING_CLOSED', 'MAY_NOT_VOTE', 'BALLOTS_SPENT', 'NO_PAIR'))
  .input(Contest)
  .output(Pair);

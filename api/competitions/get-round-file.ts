import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { RoundFile } from './shapes.ts';

/** Everything about a round, and what may be done with it now. */
export const getRoundFile = endpoint
  .route({
    method: 'GET',
    path: '/organising/rounds/{id}',
    tags: ['Competitions'],
    summary: 'Read a round for organisers',
  })
  .errors(may('NOT_FOUND'))
  .input(z.object({ id: Id }))
  .output(RoundFile);

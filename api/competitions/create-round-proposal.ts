import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { RoundFile, SeenVersion } from './shapes.ts';

/** The plan is whole: a second person looks at it. */
export const createRoundProposal = endpoint
  .route({
    method: 'POST',
    path: '/organising/rounds/{id}/proposal',
    tags: ['Competitions'],
    summary: 'Hand a round to a second person',
  })
  .errors(may('NOT_FOUND', 'NOT_NOW', 'STATE_CHANGED', 'ROUND_REFUSED', 'WORDS_REFUSED'))
  .input(z.strictObject({ id: Id, version: SeenVersion }))
  .output(RoundFile);

import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { RoundFile, RoundReason, SeenVersion } from './shapes.ts';

/** Calls a round off: nobody wins, and what was put aside goes back. Once the results are out only where somebody else has opened a case about it. */
export const createRoundCancellation = endpoint
  .route({
    method: 'POST',
    path: '/organising/rounds/{id}/cancellation',
    tags: ['Competitions'],
    summary: 'Cancel a round',
  })
  .errors(may('NOT_FOUND', 'NOT_NOW', 'STATE_CHANGED', 'SECOND_PERSON_NEEDED', 'OWN_INTEREST'))
  .input(z.strictObject({ id: Id, version: SeenVersion, reason: RoundReason }))
  .output(RoundFile);

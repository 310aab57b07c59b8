import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { RoundFile, RoundPlan, SeenVersion } from './shapes.ts';

/** Writes the plan of a draft anew; whoever proposed it has to do so again. */
export const updateRound = endpoint
  .route({
    method: 'PUT',
    path: '/organising/rounds/{id}/plan',
    tags: ['Competitions'],
    summary: 'Write the plan of a round',
  })
  .errors(may('NOT_FOUND', 'NOT_NOW', 'STATE_CHANGED', 'ROUND_REFUSED', 'ROUND_ADDRESS_TAKEN'))
  .input(z.strictObject({ id: Id, version: SeenVersion, plan: RoundPlan }))
  .output(RoundFile);

import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { RoundFile, RoundReason, SeenVersion } from './shapes.ts';

/** Lets a round go on where it stood; all later times move by as long as it stood still. */
export const deleteRoundSuspension = endpoint
  .route({
    method: 'POST',
    path: '/organising/rounds/{id}/resumption',
    tags: ['Competitions'],
    summary: 'Let a round go on',
  })
  .errors(may('NOT_FOUND', 'NOT_NOW', 'STATE_CHANGED', 'OWN_INTEREST'))
  .input(z.strictObject({ id: Id, version: SeenVersion, reason: RoundReason }))
  .output(RoundFile);

import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { RoundFile, RoundReason, SeenVersion } from './shapes.ts';

/** Lets a round stand still. */
export const createRoundSuspension = endpoint
  .route({
    method: 'POST',
    path: '/organising/rounds/{id}/suspension',
    tags: ['Competitions'],
    summary: 'Suspend a round',
  })
  .errors(may('NOT_FOUND', 'NOT_NOW', 'STATE_CHANGED', 'OWN_INTEREST'))
  .input(z.strictObject({ id: Id, version: SeenVersion, reason: RoundReason }))
  .output(RoundFile);

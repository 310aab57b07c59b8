import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { RoundFile, RoundReason, SeenVersion } from './shapes.ts';

/** Lets a round lock later, before it has; all later times move with it, and everybody reads why. */
export const createRoundExtension = endpoint
  .route({
    method: 'POST',
    path: '/organising/rounds/{id}/extension',
    tags: ['Competitions'],
    summary: 'Lock a round later',
  })
  .errors(may('NOT_FOUND', 'NOT_NOW', 'STATE_CHANGED', 'ROUND_NOT_OPEN', 'OWN_INTEREST'))
  .input(
    z.strictObject({ id: Id, version: SeenVersion, hours: z.int().min(1).max(336), reason: RoundReason }),
  )
  .output(RoundFile);

import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { DeskReason, Integrity } from './results-shapes.ts';

/**
 * Takes back a disqualification that was wrong, until the results are final: by somebody else than who took the entry out;
 * where it went out by itself, only where somebody else has opened a case about it. The standings become a new version.
 */
export const createReinstatement = endpoint
  .route({
    method: 'POST',
    path: '/competitions/entries/{id}/reinstatement',
    tags: ['Competitions'],
    summary: 'Take back a disqualification',
  })
  .errors(may('NOT_FOUND', 'NOT_NOW', 'OWN_INTEREST', 'SECOND_PERSON_NEEDED', 'COUNTING'))
  .input(z.strictObject({ id: Id, says: DeskReason }))
  .output(Integrity);

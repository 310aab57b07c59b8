import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { DeskReason, DisqualificationReason, Integrity } from './results-shapes.ts';

/**
 * Takes an entry out of the order, for one of the listed reasons. Lower places move up; nothing is counted anew unless
 * ballots are voided as well. The standings become a new version with a bundle of its own. Of final results only
 * where somebody else has opened a case about the entry.
 */
export const createDisqualification = endpoint
  .route({
    method: 'POST',
    path: '/competitions/entries/{id}/disqualification',
    tags: ['Competitions'],
    summary: 'Disqualify an entry',
  })
  .errors(may('NOT_FOUND', 'NOT_NOW', 'OWN_INTEREST', 'SECOND_PERSON_NEEDED', 'COUNTING'))
  .input(z.strictObject({ id: Id, reason: DisqualificationReason, says: DeskReason }))
  .output(Integrity);

import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { DeskReason, Integrity, IntegrityCase } from './results-shapes.ts';

/** Closes a case, and says what came of it. */
export const createCaseRuling = endpoint
  .route({
    method: 'POST',
    path: '/competitions/cases/{id}/ruling',
    tags: ['Competitions'],
    summary: 'Close an integrity case',
  })
  .errors(may('NOT_FOUND', 'NOT_NOW', 'OWN_INTEREST'))
  .input(z.strictObject({ id: Id, outcome: IntegrityCase.shape.outcome.unwrap(), reason: DeskReason }))
  .output(Integrity);

import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { DeskReason, Dispute } from './results-shapes.ts';

/** Decides a dispute. It changes no standings by itself: that is a disqualification, or ballots that are voided. */
export const createDisputeRuling = endpoint
  .route({
    method: 'POST',
    path: '/competitions/disputes/{id}/ruling',
    tags: ['Competitions'],
    summary: 'Decide a dispute',
  })
  .errors(may('NOT_FOUND', 'NOT_NOW', 'OWN_INTEREST'))
  .input(z.strictObject({ id: Id, upheld: z.boolean(), reason: DeskReason }))
  .output(Dispute);

import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { Dispute, DISPUTE_CHARS_MAX } from './results-shapes.ts';

/** Appeals against the ruling on a dispute of one's own, once, within 72 hours. Another moderator answers it. */
export const createDisputeAppeal = endpoint
  .route({
    method: 'POST',
    path: '/competitions/disputes/{id}/appeal',
    tags: ['Competitions'],
    summary: 'Appeal against the ruling on a dispute',
  })
  .errors(may('NOT_FOUND', 'NOT_NOW', 'APPEALED_ALREADY', 'DISPUTES_OVER'))
  .input(z.strictObject({ id: Id, text: z.string().trim().min(1, 'must be given').max(DISPUTE_CHARS_MAX) }))
  .output(Dispute);

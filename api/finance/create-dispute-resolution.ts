import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { Case, Reason } from './shapes.ts';

/** Won: all goes back. Lost: the credits are taken back, and so is what they earned. */
export const createDisputeResolution = endpoint
  .route({
    method: 'POST',
    path: '/disputes/{id}/resolution',
    successStatus: 201,
    tags: ['Finance'],
    summary: 'Resolve a dispute',
  })
  .errors(may('NOT_FOUND', 'ALREADY_RESOLVED', 'OWN_INTEREST'))
  .input(
    z.strictObject({
      id: Id,
      outcome: z.enum(['won', 'lost']),
      note: Reason,
      fee_usd_cents: z.int().min(0).max(100_000).default(0),
    }),
  )
  .output(Case);

import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { Reason, Refund } from './shapes.ts';

/** Gives the payer back what a generation cost, in the kinds in which it was paid, and takes back what it earned. */
export const createRefund = endpoint
  .route({
    method: 'POST',
    path: '/generations/{id}/refund',
    successStatus: 201,
    tags: ['Finance'],
    summary: 'Refund a generation',
  })
  .errors(
    may(
      'NOT_FOUND',
      'NOT_SETTLED',
      'ALREADY_REFUNDED',
      'NOTHING_TO_REFUND',
      'HELD_BY_CASE',
      'BUDGET_EXHAUSTED',
      'OWN_INTEREST',
    ),
  )
  .input(z.strictObject({ id: Id, reason: Reason }))
  .output(Refund);

import * as z from 'zod';
import { endpoint, Handle, IdempotencyHeaders } from '../base.ts';
import { may } from '../errors.ts';
import { Adjustment, AdjustmentReason, Reason } from './shapes.ts';

/** Proposes to correct what a creator has. Nothing moves before somebody else approves it. */
export const createAdjustment = endpoint
  .route({
    method: 'POST',
    path: '/adjustments',
    successStatus: 201,
    inputStructure: 'detailed',
    tags: ['Finance'],
    summary: 'Propose an adjustment',
  })
  .errors(may('NOT_FOUND', 'IDEMPOTENCY_CONFLICT', 'OWN_INTEREST'))
  .input(
    z.object({
      headers: IdempotencyHeaders,
      body: z
        .strictObject({
          handle: Handle,
          direction: z.enum(['give', 'take']),
          amount_micros: z
            .string()
            .regex(/^[1-9]\d{0,14}$/)
            .meta({ description: 'Above zero; the direction says which way.' }),
          reason: AdjustmentReason,
          memo: Reason,
        })
        .refine(({ reason, direction }) => reason !== 'write-off' || direction === 'give', {
          path: ['direction'],
          message: 'a write-off gives',
        }),
    }),
  )
  .output(Adjustment);

import * as z from 'zod';
import { endpoint, Id, IdempotencyHeaders } from '../base.ts';
import { may } from '../errors.ts';
import { Case, Reason } from './shapes.ts';

/** Opens a case about some generations: what they earned lies aside until it is resolved. */
export const createCase = endpoint
  .route({
    method: 'POST',
    path: '/cases',
    successStatus: 201,
    inputStructure: 'detailed',
    tags: ['Finance'],
    summary: 'Hold earnings by a case',
  })
  .errors(may('NOT_SETTLED', 'HELD_BY_CASE', 'NOTHING_TO_HOLD', 'IDEMPOTENCY_CONFLICT', 'OWN_INTEREST'))
  .input(
    z.object({
      headers: IdempotencyHeaders,
      body: z.strictObject({ generation_ids: z.array(Id).min(1).max(500), reason: Reason }),
    }),
  )
  .output(Case);

import * as z from 'zod';
import { endpoint, IdempotencyHeaders } from '../base.ts';
import { may } from '../errors.ts';

/**
 * Puts something aside for prizes: out of the treasury of the embedded chain, where it is in the books once its block is
 * final; without a chain as the operator's word.
 */
export const createPoolDeposit = endpoint
  .route({
    method: 'POST',
    path: '/pool-deposits',
    successStatus: 202,
    inputStructure: 'detailed',
    tags: ['Rewards'],
    summary: 'Fund the pool of prizes',
  })
  .errors(may('IDEMPOTENCY_CONFLICT', 'CHAIN_PAYS_IN', 'CHAIN_AWAY', 'CHAIN_ABSENT'))
  .input(
    z.object({
      headers: IdempotencyHeaders,
      body: z.strictObject({
        amount_nanos: z
          .string()
          .regex(/^[1-9]\d{0,17}$/, 'is a number of nano-STELAI above zero, such as 1000000000')
          .meta({ description: 'Whole nano as a decimal string; 1000000000 is one $STELAI.' }),
      }),
    }),
  )
  .output(z.object({ accepted: z.literal(true) }));

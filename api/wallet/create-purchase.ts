import * as z from 'zod';
import { endpoint, Id, IdempotencyHeaders } from '../base.ts';
import { may } from '../errors.ts';
import { CreditPack, Wallet } from './shapes.ts';

/** Buys a pack. `test` moves no real money and exists only in development. */
export const createPurchase = endpoint
  .route({
    method: 'POST',
    path: '/purchases',
    successStatus: 201,
    inputStructure: 'detailed',
    tags: ['Wallet'],
    summary: 'Buy credits',
  })
  .errors(may('TEST_PAYMENTS_OFF', 'IDEMPOTENCY_CONFLICT', 'BUDGET_EXHAUSTED'))
  .input(
    z.object({
      headers: IdempotencyHeaders,
      body: z.strictObject({ pack: CreditPack.shape.slug, payment: z.literal('test') }),
    }),
  )
  .output(z.object({ purchase_id: Id, pack: CreditPack, wallet: Wallet }));

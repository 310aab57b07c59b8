import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { ReceiptProof } from './shapes.ts';

/** For the payer, for everyone who was paid, and for finance when signed in. What it holds can be checked by anybody, anywhere. */
export const getReceiptProof = endpoint
  .route({
    method: 'GET',
    path: '/receipts/{generation_id}/proof',
    tags: ['Earnings'],
    summary: 'Proof of a receipt, to keep and to check without us',
  })
  .errors(may('NOT_FOUND', 'NOT_SETTLED', 'RECEIPT_NOT_CLOSED_YET'))
  .input(
    z.strictObject({
      generation_id: Id,
      with_payer: z
        .enum(['true', 'false'])
        .default('false')
        .meta({ description: 'Adds who paid, which only the payer can ask for.' }),
    }),
  )
  .output(ReceiptProof);

import * as z from 'zod';
import { endpoint } from '../base.ts';
import { may } from '../errors.ts';
import { ReceiptRoot } from './shapes.ts';

export const getReceiptRoot = endpoint
  .route({
    method: 'GET',
    path: '/receipt-roots/{number}',
    tags: ['Earnings'],
    summary: 'Signed root of one block of receipts',
  })
  .errors(may('NOT_FOUND'))
  .input(z.strictObject({ number: z.coerce.number().int().min(1).max(2_147_483_647) }))
  .output(ReceiptRoot);

import * as z from 'zod';
import { endpoint, page, paged } from '../base.ts';
import { ReceiptRoot } from './shapes.ts';

/** Oldest first. Whoever keeps them can tell later whether the log was rewritten: `after` the last one that was kept. */
export const listReceiptRoots = endpoint
  .route({
    method: 'GET',
    path: '/receipt-roots',
    tags: ['Earnings'],
    summary: 'Signed roots of all receipts, a chain that anybody may keep',
  })
  .input(
    z.strictObject({ after: z.coerce.number().int().min(0).max(2_147_483_647).default(0), ...paged(100) }),
  )
  .output(page(ReceiptRoot));

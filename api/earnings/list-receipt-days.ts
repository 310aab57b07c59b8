import * as z from 'zod';
import { endpoint, page, paged } from '../base.ts';
import { ReceiptDay } from './shapes.ts';

/** Oldest first. From the first block on there is one for each UTC day that is over, blocks or none. */
export const listReceiptDays = endpoint
  .route({
    method: 'GET',
    path: '/receipt-days',
    tags: ['Earnings'],
    summary: 'Signed roots of the days of receipts',
  })
  .input(z.strictObject({ after: z.iso.date().optional(), ...paged(100) }))
  .output(page(ReceiptDay));

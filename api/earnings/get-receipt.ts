import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { Receipt } from './shapes.ts';

/** For the payer, for everyone who was paid, and for finance when signed in. */
export const getReceipt = endpoint
  .route({
    method: 'GET',
    path: '/generations/{id}/receipt',
    tags: ['Earnings'],
    summary: 'Receipt of a generation',
  })
  .errors(may('NOT_FOUND', 'NOT_SETTLED'))
  .input(z.strictObject({ id: Id }))
  .output(Receipt);

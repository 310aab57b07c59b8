import * as z from 'zod';
import { endpoint } from '../base.ts';
import { may } from '../errors.ts';
import { asked, Reconciliation } from './shapes.ts';

/** Sum of receipts = balance: both sides read when asked, and the difference, whatever it is. */
export const getReconciliation = endpoint
  .route({
    method: 'GET',
    path: '/analytics/reconciliation',
    tags: ['Analytics'],
    summary: 'My receipts held against the ledger',
  })
  .errors(may('ZONE_UNKNOWN', 'RANGE_EMPTY', 'RANGE_TOO_LONG', 'NOT_YET'))
  .input(z.strictObject(asked))
  .output(Reconciliation);

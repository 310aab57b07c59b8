import * as z from 'zod';
import { endpoint } from '../base.ts';
import { may } from '../errors.ts';
import { asked, NO_SUCH_TIME, Reconciliation } from './shapes.ts';

/** Sum of receipts = balance: both sides read when asked, and the difference, whatever it is. */
export const getReconciliation = endpoint
  .route({
    method: 'GET',
    path: '/analytics/reconciliation',
    tags: ['Analytics'],
    summary: 'My receipts held against the ledger',
  })
  .errors(may(...NO_SUCH_TIME))
  .input(z.strictObject(asked))
  .output(Reconciliation);

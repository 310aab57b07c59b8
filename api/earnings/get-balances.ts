import * as z from 'zod';
import { endpoint, Handle, Instant } from '../base.ts';
import { may } from '../errors.ts';
import { BalancesAt } from './statement-shapes.ts';

/** One's own; for finance and admins anybody's. */
export const getBalances = endpoint
  .route({ method: 'GET', path: '/balances', tags: ['Earnings'], summary: 'Balances as they were at a time' })
  .errors(may('NOT_FOUND', 'NOT_YET'))
  .input(
    z.strictObject({
      at: Instant.optional().meta({ description: 'Everything before this instant; now if left out.' }),
      person: Handle.optional(),
    }),
  )
  .output(BalancesAt);

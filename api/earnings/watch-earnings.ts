import { eventIterator } from '@orpc/contract';
import * as z from 'zod';
import { endpoint } from '../base.ts';
import { ABOUT_STREAMS } from '../streams.ts';
import { Earnings, EarningsLine } from './shapes.ts';

export const EarningsEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('earnings'), earnings: Earnings }),
  z.object({
    type: z.literal('accrued'),
    line: EarningsLine,
    today: Earnings.shape.today,
    month: Earnings.shape.month,
    balances: Earnings.shape.balances,
  }),
]);

/** Server-sent events: the totals first, then each generation that earns, as it is settled. */
export const watchEarnings = endpoint
  .route({
    method: 'GET',
    path: '/earnings/events',
    tags: ['Earnings'],
    summary: 'Watch earnings arrive',
    description: ABOUT_STREAMS,
  })
  .output(eventIterator(EarningsEvent));

import { breakdownFor } from '../../views/analytics/breakdown.ts';
import { member, os } from '../base.ts';

export const getBreakdown = os.analytics.getBreakdown.handler(({ input, context: { context, caller } }) =>
  breakdownFor(context, member(caller), input),
);

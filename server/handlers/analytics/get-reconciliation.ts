import { reconciliationOf } from '../../views/analytics/earnings-report.ts';
import { member, os } from '../base.ts';

export const getReconciliation = os.analytics.getReconciliation.handler(
  ({ input, context: { context, caller } }) => reconciliationOf(context, member(caller), input),
);

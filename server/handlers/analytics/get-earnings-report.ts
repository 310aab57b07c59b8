import { earningsReport } from '../../views/analytics/earnings-report.ts';
import { member, os } from '../base.ts';

export const getEarningsReport = os.analytics.getEarningsReport.handler(
  ({ input, context: { context, caller } }) => earningsReport(context, member(caller), input),
);

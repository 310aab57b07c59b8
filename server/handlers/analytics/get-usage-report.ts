import { usageReport } from '../../views/analytics/usage-report.ts';
import { member, os } from '../base.ts';

export const getUsageReport = os.analytics.getUsageReport.handler(({ input, context: { context, caller } }) =>
  usageReport(context, member(caller), input),
);

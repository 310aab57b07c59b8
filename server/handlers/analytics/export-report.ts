import { reportFile } from '../../views/analytics/report-file.ts';
import { member, os } from '../base.ts';

export const exportReport = os.analytics.exportReport.handler(({ input, context: { context, caller } }) =>
  reportFile(context, member(caller), input),
);

import { platformReport } from '../../views/analytics/platform.ts';
import { os } from '../base.ts';

export const getPlatformReport = os.analytics.getPlatformReport.handler(({ input, context: { context } }) =>
  platformReport(context, input),
);

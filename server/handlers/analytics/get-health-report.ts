import { healthReport } from '../../views/analytics/health.ts';
import { os } from '../base.ts';

export const getHealthReport = os.analytics.getHealthReport.handler(({ context: { context } }) =>
  healthReport(context),
);

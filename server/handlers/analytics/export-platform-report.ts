import { platformFile } from '../../views/analytics/report-file.ts';
import { os } from '../base.ts';

export const exportPlatformReport = os.analytics.exportPlatformReport.handler(
  ({ input, context: { context } }) => platformFile(context, input),
);

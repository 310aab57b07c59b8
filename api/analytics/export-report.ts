import * as z from 'zod';
import { endpoint } from '../base.ts';
import { may } from '../errors.ts';
import { by, columns, Format } from './export-shapes.ts';
import { asked, grained, NO_SUCH_TIME, ofModels } from './shapes.ts';

export const REPORTS = ['earnings', 'usage', 'breakdown', 'retention', 'funnel', 'reconciliation'] as const;

export const ReportWish = z.strictObject({
  report: z.enum(REPORTS),
  format: Format.default('csv'),
  ...asked,
  ...grained,
  ...ofModels,
  by,
  columns,
});
export type ReportWish = z.infer<typeof ReportWish>;

/** At once, with the rows that an order of the same has; amounts are whole micro-units, and text is safe against formulas. */
export const exportReport = endpoint
  .route({
    method: 'GET',
    path: '/analytics/reports/{report}',
    tags: ['Analytics'],
    summary: 'A report as a file',
  })
  .errors(may(...NO_SUCH_TIME, 'DIMENSION_UNKNOWN', 'COLUMN_UNKNOWN', 'MODELS_TOO_MANY', 'NOT_FOUND'))
  .input(ReportWish)
  .output(z.file());

import * as z from 'zod';
import { endpoint } from '../base.ts';
import { may } from '../errors.ts';
import { Format } from './export-shapes.ts';
import { asked, grained, NO_SUCH_TIME } from './shapes.ts';

export const PlatformReportWish = z.strictObject({ format: Format.default('csv'), ...asked, ...grained });
export type PlatformReportWish = z.infer<typeof PlatformReportWish>;

/** Step by step, in the columns of usage. */
export const exportPlatformReport = endpoint
  .route({
    method: 'GET',
    path: '/analytics/platform/export',
    tags: ['Analytics'],
    summary: 'How the platform does, as a file',
  })
  .errors(may(...NO_SUCH_TIME))
  .input(PlatformReportWish)
  .output(z.file());

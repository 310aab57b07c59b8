import * as z from 'zod';
import { endpoint } from '../base.ts';
import { may } from '../errors.ts';
import { asked, compared, grained, NO_SUCH_TIME, ofModels, UsageReport } from './shapes.ts';

/** With models chosen, each of them apart as well: up to ten side by side. */
export const getUsageReport = endpoint
  .route({ method: 'GET', path: '/analytics/usage', tags: ['Analytics'], summary: 'How models are used' })
  .errors(may(...NO_SUCH_TIME, 'MODELS_TOO_MANY', 'NOT_FOUND'))
  .input(z.strictObject({ ...asked, ...grained, ...compared, ...ofModels }))
  .output(UsageReport);

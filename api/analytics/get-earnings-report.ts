import * as z from 'zod';
import { endpoint } from '../base.ts';
import { may } from '../errors.ts';
import { asked, compared, EarningsReport, grained, NO_SUCH_TIME, ofModels } from './shapes.ts';

/** All sums are over receipts and what corrected them, and are held against the ledger in the same answer. */
export const getEarningsReport = endpoint
  .route({
    method: 'GET',
    path: '/analytics/earnings',
    tags: ['Analytics'],
    summary: 'What a time brought, and by what',
  })
  .errors(may(...NO_SUCH_TIME, 'DIMENSION_UNKNOWN', 'MODELS_TOO_MANY', 'NOT_FOUND'))
  .input(
    z.strictObject({
      ...asked,
      ...grained,
      ...compared,
      ...ofModels,
      by: z
        .string()
        .max(60)
        .default('day')
        .meta({ description: 'day, model, release, source, funding, role or collaborator.' }),
    }),
  )
  .output(EarningsReport);

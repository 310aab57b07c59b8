import * as z from 'zod';
import { endpoint } from '../base.ts';
import { may } from '../errors.ts';
import { asked, Breakdown, NO_SUCH_TIME, ofModels } from './shapes.ts';

/** What says something of people is told of whole weeks that are over, in groups of five or more. */
export const getBreakdown = endpoint
  .route({
    method: 'GET',
    path: '/analytics/breakdown',
    tags: ['Analytics'],
    summary: 'What generations are made of',
  })
  .errors(may(...NO_SUCH_TIME, 'DIMENSION_UNKNOWN', 'MODELS_TOO_MANY', 'NOT_FOUND'))
  .input(
    z.strictObject({
      ...asked,
      ...ofModels,
      by: z.string().max(60).meta({
        description:
          'model, release, outcome, reason, hour, region, source, slot, follower, via, or "setting:" and the name of one.',
      }),
    }),
  )
  .output(Breakdown);

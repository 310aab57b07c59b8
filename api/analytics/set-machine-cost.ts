import * as z from 'zod';
import { endpoint, Slug } from '../base.ts';
import { may } from '../errors.ts';
import { MachineCost } from './shapes.ts';

/** Private: nobody else sees it, and nothing but your own margin is computed with it. It holds for all times alike. */
export const setMachineCost = endpoint
  .route({
    method: 'PUT',
    path: '/analytics/machine-costs/{model}',
    tags: ['Analytics'],
    summary: 'Say what machine time of a model costs you',
  })
  .errors(may('NOT_FOUND'))
  .input(z.strictObject({ model: Slug, micro_usd_per_hour: MachineCost.nullable() }))
  .output(z.object({ micro_usd_per_hour: MachineCost.nullable() }));

import * as z from 'zod';
import { endpoint } from '../base.ts';
import { may } from '../errors.ts';
import { asked, Funnel, ofModels } from './shapes.ts';

/** Featured places only: nobody is followed anywhere else. Whole UTC days. */
export const getFunnel = endpoint
  .route({
    method: 'GET',
    path: '/analytics/funnel',
    tags: ['Analytics'],
    summary: 'From being seen to being used',
  })
  .errors(may('ZONE_UNKNOWN', 'RANGE_EMPTY', 'RANGE_TOO_LONG', 'NOT_YET', 'MODELS_TOO_MANY', 'NOT_FOUND'))
  .input(z.strictObject({ ...asked, ...ofModels }))
  .output(Funnel);

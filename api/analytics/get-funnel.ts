import * as z from 'zod';
import { endpoint } from '../base.ts';
import { may } from '../errors.ts';
import { asked, Funnel, NO_SUCH_TIME, ofModels } from './shapes.ts';

/** Featured places only: nobody is followed anywhere else. Whole UTC days. */
export const getFunnel = endpoint
  .route({
    method: 'GET',
    path: '/analytics/funnel',
    tags: ['Analytics'],
    summary: 'From being seen to being used',
  })
  .errors(may(...NO_SUCH_TIME, 'MODELS_TOO_MANY', 'NOT_FOUND'))
  .input(z.strictObject({ ...asked, ...ofModels }))
  .output(Funnel);

import * as z from 'zod';
import { endpoint, Slug } from '../base.ts';
import { may } from '../errors.ts';
import { ModelPage } from './shapes.ts';

export const getModel = endpoint
  .route({
    method: 'GET',
    path: '/models/{slug}',
    tags: ['Models'],
    summary: 'One model with its release in use',
  })
  .errors(may('NOT_FOUND', 'NOT_PRICED'))
  .input(z.strictObject({ slug: Slug }))
  .output(ModelPage);

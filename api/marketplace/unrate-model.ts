import * as z from 'zod';
import { endpoint, Slug } from '../base.ts';
import { may } from '../errors.ts';
import { Ratings } from './list-ratings.ts';

export const unrateModel = endpoint
  .route({
    method: 'DELETE',
    path: '/models/{slug}/rating',
    tags: ['Community'],
    summary: 'Take my rating back',
  })
  .errors(may('NOT_FOUND'))
  .input(z.strictObject({ slug: Slug }))
  .output(Ratings);

import * as z from 'zod';
import { endpoint, Slug } from '../base.ts';
import { may } from '../errors.ts';
import { Strip } from './bench-shapes.ts';

export const getStrip = endpoint
  .route({
    method: 'GET',
    path: '/models/{slug}/strip',
    tags: ['Models'],
    summary: 'A model on the prompts and seeds of the bench, beside another one if it is named',
  })
  .errors(may('NOT_FOUND'))
  .input(z.strictObject({ slug: Slug, with: Slug.optional() }))
  .output(Strip);

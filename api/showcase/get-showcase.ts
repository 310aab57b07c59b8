import * as z from 'zod';
import { endpoint, Slug } from '../base.ts';
import { may } from '../errors.ts';
import { Showcase } from './shapes.ts';

export const getShowcase = endpoint
  .route({
    method: 'GET',
    path: '/models/{slug}/showcase',
    tags: ['Showcase'],
    summary: 'What the creator of a model shows of it',
  })
  .errors(may('NOT_FOUND'))
  .input(z.strictObject({ slug: Slug }))
  .output(Showcase);

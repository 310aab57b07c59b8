import * as z from 'zod';
import { endpoint, Slug } from '../base.ts';
import { may } from '../errors.ts';
import { Featured } from './shapes.ts';
import { Surface } from './surfaces.ts';

/** `beside`: the model whose page it is, which is not shown beside itself. */
export const listFeatured = endpoint
  .route({ method: 'GET', path: '/featured', tags: ['Promotion'], summary: 'What is featured, and why' })
  .errors(may('NOT_PRICED'))
  .input(z.strictObject({ surface: Surface, beside: Slug.optional() }))
  .output(z.object({ items: z.array(Featured) }));

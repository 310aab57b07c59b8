import * as z from 'zod';
import { endpoint, Modality, page, paged } from '../base.ts';
import { may } from '../errors.ts';
import { ModelCard } from './shapes.ts';

export const listModels = endpoint
  .route({ method: 'GET', path: '/models', tags: ['Models'], summary: 'Published models' })
  .errors(may('NOT_PRICED'))
  .input(
    z.strictObject({
      modality: Modality.optional(),
      creator: z.string().max(30).optional(),
      search: z.string().max(100).optional(),
      order: z.enum(['popular', 'newest']).default('popular'),
      ...paged(30),
    }),
  )
  .output(page(ModelCard));

import * as z from 'zod';
import { endpoint, Id, Modality, page, paged, Slug } from '../base.ts';
import { Asset } from './shapes.ts';

export const listAssets = endpoint
  .route({ method: 'GET', path: '/assets', tags: ['Library'], summary: 'My assets' })
  .input(
    z.strictObject({
      modality: Modality.optional(),
      model: Slug.optional(),
      board: Id.optional(),
      search: z.string().max(100).optional().meta({ description: 'Words of the prompt.' }),
      deleted: z.stringbool().default(false).meta({ description: 'The bin instead of the library.' }),
      order: z.enum(['newest', 'oldest']).default('newest'),
      ...paged(40),
    }),
  )
  .output(page(Asset));

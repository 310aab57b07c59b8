import * as z from 'zod';
import { endpoint, Handle, Modality, page, paged, Slug } from '../base.ts';
import { Creation } from './creation-shapes.ts';

/** Whom the caller blocked or muted is left out. */
export const listCreations = endpoint
  .route({ method: 'GET', path: '/creations', tags: ['Community'], summary: 'What people show' })
  .input(
    z.strictObject({
      modality: Modality.optional(),
      model: Slug.optional(),
      maker: Handle.optional(),
      order: z.enum(['newest', 'winners']).default('newest').meta({
        description: 'winners: first what won a place in a competition. Of equals the newest first.',
      }),
      ...paged(40),
    }),
  )
  .output(page(Creation));

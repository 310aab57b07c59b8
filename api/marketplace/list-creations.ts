import * as z from 'zod';
import { endpoint, Handle, Modality, page, paged, Slug } from '../base.ts';
import { Creation } from './creation-shapes.ts';

/** The newest first. Whom the caller blocked or muted is left out. */
export const listCreations = endpoint
  .route({ method: 'GET', path: '/creations', tags: ['Community'], summary: 'What people show' })
  .input(
    z.strictObject({
      modality: Modality.optional(),
      model: Slug.optional(),
      maker: Handle.optional(),
      ...paged(40),
    }),
  )
  .output(page(Creation));

import * as z from 'zod';
import { endpoint, Id, Modality, page, paged, Slug } from '../base.ts';
import { Generation, GenerationState } from './shapes.ts';

export const listGenerations = endpoint
  .route({
    method: 'GET',
    path: '/generations',
    tags: ['Generation'],
    summary: 'My generations, newest first',
  })
  .input(
    z.strictObject({
      state: GenerationState.optional(),
      stage: z
        .enum(['open', 'succeeded', 'stopped'])
        .optional()
        .meta({ description: 'Several states at once. `stopped`: failed, cancelled or expired.' }),
      modality: Modality.optional(),
      model: Slug.optional(),
      board: Id.optional().meta({ description: 'Those that were started for this board.' }),
      batch: Id.optional().meta({ description: 'Those that were started together.' }),
      ...paged(30),
    }),
  )
  .output(page(Generation));

import * as z from 'zod';
import { endpoint, Modality, page, paged } from '../base.ts';
import { Generation, GenerationState } from './shapes.ts';

export const listGenerations = endpoint
  .route({
    method: 'GET',
    path: '/generations',
    tags: ['Generation'],
    summary: 'My generations, newest first',
  })
  .input(z.strictObject({ state: GenerationState.optional(), modality: Modality.optional(), ...paged(30) }))
  .output(page(Generation));

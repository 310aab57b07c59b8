import * as z from 'zod';
import { endpoint, Modality, paged } from '../base.ts';
import { explored, found, FoundSample } from './explore-shapes.ts';

/** `limit` counts models: of each, its first samples follow one another. Words are looked for in prompts, too. */
export const exploreSamples = endpoint
  .route({
    method: 'GET',
    path: '/explore/samples',
    tags: ['Models'],
    summary: 'Find pictures, videos and music that models made',
  })
  .input(z.strictObject({ modality: Modality, ...explored, ...paged(12) }))
  .output(found(FoundSample));

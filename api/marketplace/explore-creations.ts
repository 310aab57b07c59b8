import * as z from 'zod';
import { endpoint, Modality, paged } from '../base.ts';
import { explored, found, FoundCreation, inRound } from './explore-shapes.ts';

/** Prices, readiness, tags and licences are those of the models. Whom the caller blocked or muted is left out. */
export const exploreCreations = endpoint
  .route({
    method: 'GET',
    path: '/explore/creations',
    tags: ['Community'],
    summary: 'Find what people show',
  })
  .input(
    z.strictObject({
      modality: Modality.optional(),
      ...explored,
      round: inRound.meta({
        description: 'Winners and finalists of this round, once its results are out; before, nothing.',
      }),
      won: z.stringbool().default(false).meta({
        description: 'Only what won a place in a competition, of the round where one is given.',
      }),
      order: z.enum(['fitting', 'trending', 'newest']).optional().meta({
        description: 'Without it: fitting where words were typed, else trending. /help/ranking says how.',
      }),
      ...paged(24),
    }),
  )
  .output(found(FoundCreation));

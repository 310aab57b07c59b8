import * as z from 'zod';
import { endpoint, Modality, paged } from '../base.ts';
import { may } from '../errors.ts';
import { explored, found, FoundModel, inRound } from './explore-shapes.ts';

export const exploreModels = endpoint
  .route({ method: 'GET', path: '/explore/models', tags: ['Models'], summary: 'Find models' })
  .errors(may('NOT_PRICED'))
  .input(
    z.strictObject({
      modality: Modality.optional(),
      ...explored,
      round: inRound.meta({
        description: 'Those that may be used for a category of this round, and those entered in it.',
      }),
      ...paged(24),
    }),
  )
  .output(found(FoundModel));

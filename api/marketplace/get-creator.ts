import * as z from 'zod';
import { endpoint, Instant, PersonRef } from '../base.ts';
import { may } from '../errors.ts';
import { ModelCard } from '../registry/shapes.ts';

export const CreatorPage = PersonRef.extend({
  bio: z.string(),
  since: Instant,
  followers: z.int(),
  followed: z.boolean(),
  generations: z.int(),
  models: z.array(ModelCard),
});

export const getCreator = endpoint
  .route({
    method: 'GET',
    path: '/creators/{handle}',
    tags: ['Models'],
    summary: 'A creator and their models',
  })
  .errors(may('NOT_FOUND', 'NOT_PRICED'))
  .input(z.strictObject({ handle: z.string().max(30) }))
  .output(CreatorPage);

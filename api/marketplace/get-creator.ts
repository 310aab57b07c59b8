import * as z from 'zod';
import { Can, endpoint, Instant, PersonRef } from '../base.ts';
import { Win } from '../competitions/win-shapes.ts';
import { may } from '../errors.ts';
import { ModelCard } from '../registry/shapes.ts';

export const CreatorPage = PersonRef.extend({
  bio: z.string(),
  since: Instant,
  followers: z.int(),
  followed: z.boolean(),
  generations: z.int().meta({ description: 'Settled with their models that stand in lists.' }),
  people: z.int().meta({
    description: 'Different people who generated with those, at least: in steps, and 0 for fewer than five.',
  }),
  creations: z.int().meta({ description: 'How many they show to everybody.' }),
  boards: z.int().meta({ description: 'How many they show to everybody.' }),
  models: z.array(ModelCard),
  won: z.array(Win).meta({ description: 'Their newest places in competitions.' }),
  can: z.object({ follow: Can }),
});

export const getCreator = endpoint
  .route({
    method: 'GET',
    path: '/creators/{handle}',
    tags: ['Models'],
    summary: 'Somebody with what they published and show',
  })
  .errors(may('NOT_FOUND', 'NOT_PRICED'))
  .input(z.strictObject({ handle: z.string().max(30) }))
  .output(CreatorPage);

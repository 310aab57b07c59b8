import * as z from 'zod';
import { endpoint, Instant, Micros } from '../base.ts';
import { ModelName } from '../analytics/shapes.ts';
import { RoundName } from './results-shapes.ts';
import { RoundState } from './shapes.ts';

/** From being seen in a featured place to what it brought: whole UTC days. */
const Brought = z.object({
  impressions: z.int(),
  visits: z.int(),
  generations: z.int().meta({ description: 'That succeeded, however they came about.' }),
  people: z
    .int()
    .nullable()
    .meta({ description: 'Different ones who paid; null: fewer than five, and not nobody.' }),
  earned_micros: Micros,
});

export const OwnRound = z.object({
  round: RoundName.extend({ state: RoundState }),
  models: z.array(ModelName.extend({ entered: z.boolean().meta({ description: 'As a model, by you.' }) })),
  from: Instant,
  until: Instant.meta({ description: 'The end of its votes; before it, of today.' }),
  days: z.int(),
  during: Brought,
  before: Brought.meta({ description: 'The same models in as many days before it opened.' }),
  works: z.int().nullable().meta({
    description: 'Entered and made with these models; null: by fewer than five people, and not none.',
  }),
  finalists: z.int().nullable().meta({ description: 'Of those works; null before the results are out.' }),
  winners: z.int().nullable(),
});
export type OwnRound = z.infer<typeof OwnRound>;

/** Rounds that the caller's models had a part in, the newest first. */
export const listOwnRounds = endpoint
  .route({
    method: 'GET',
    path: '/competitions/own/brought',
    tags: ['Competitions'],
    summary: 'What competitions brought your models',
  })
  .input(z.strictObject({}))
  .output(z.object({ items: z.array(OwnRound) }));

import * as z from 'zod';
import { Can, endpoint, Id, Instant, Micros, PersonRef, Slug } from '../base.ts';
import { Win } from '../competitions/win-shapes.ts';
import { may } from '../errors.ts';
import { Recipient } from '../generation/shapes.ts';

const LineageNode = z.object({
  release_id: Id,
  slug: Slug,
  title: z.string(),
  version: z.string(),
  creator: PersonRef,
  licence: z.string(),
  withdrawn: z.boolean(),
  depth: z
    .int()
    .meta({ description: '0 is the model itself, 1 what it was made from, -1 what was made from it.' }),
});

const RoundRef = z.object({ slug: Slug, title: z.string() });

/** Competitions that a model has to do with. */
export const ModelRounds = z.object({
  open: z
    .array(z.object({ round: RoundRef, is_open: z.boolean(), opens_at: Instant, locks_at: Instant }))
    .meta({ description: 'Rounds, now or soon, in which what is made with it may be entered.' }),
  won: z
    .array(Win)
    .meta({ description: 'Places of works made with it, and of itself, in rounds whose results are out.' }),
});
export type ModelRounds = z.infer<typeof ModelRounds>;

export const ModelFacts = z.object({
  likes: z.int(),
  liked: z.boolean().meta({ description: 'By whoever asks.' }),
  people: z.int().meta({
    description: 'Different people who generated with it, at least: in steps, and 0 for fewer than five.',
  }),
  generations: z.int().meta({ description: 'Settled generations so far.' }),
  price: z
    .object({
      price_micros: Micros,
      explanation: z.string().meta({ description: 'How the price comes about, in words.' }),
      recipients: z.array(Recipient),
    })
    .nullable()
    .meta({ description: 'Of a generation with the default settings; null where none can begin now.' }),
  licence: z
    .object({
      title: z.string(),
      url: z.string().nullable(),
      commercial_use: z.boolean(),
      derivatives: z.boolean(),
      share_alike: z.boolean(),
      attribution: z.boolean(),
      use_restrictions: z.boolean(),
    })
    .nullable()
    .meta({ description: 'What the licence allows and asks; null where its conditions are not known here.' }),
  lineage: z.object({
    nodes: z.array(LineageNode),
    edges: z
      .array(z.object({ from: Id, to: Id, royalty_ppm: z.int() }))
      .meta({ description: '`from` was made from `to`, whose owner gets this part of the creator’s share.' }),
  }),
  rounds: ModelRounds,
  can: z.object({ like: Can, report: Can }),
});
export type ModelFacts = z.infer<typeof ModelFacts>;

export const getModelFacts = endpoint
  .route({
    method: 'GET',
    path: '/models/{slug}/facts',
    tags: ['Models'],
    summary: 'Who uses a model, what it costs and pays, what it comes from, and what its licence allows',
  })
  .errors(may('NOT_FOUND'))
  .input(z.strictObject({ slug: Slug }))
  .output(ModelFacts);

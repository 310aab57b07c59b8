import * as z from 'zod';
import { Micros, Modality, page, PersonRef, Slug } from '../base.ts';
import { ModelCard, Sample } from '../registry/shapes.ts';
import { Creation } from './creation-shapes.ts';

/** What narrows and orders what is found; the same for models and for what they make. */
export const explored = {
  search: z
    .string()
    .max(100)
    .optional()
    .meta({ description: 'Words, also unfinished or mistyped: "portrat" finds portraits.' }),
  tag: z.string().max(30).optional(),
  licence: z
    .string()
    .max(60)
    .optional()
    .meta({ description: 'The id of a licence, or `own` for one in the words of the creator.' }),
  price_max_micros: Micros.optional().meta({
    description: 'So much at most, with the settings as they come, in micro-credits.',
  }),
  ready: z.enum(['warm', 'cold']).optional().meta({
    description: 'warm: it ran within the last ten minutes, so it is likely to be loaded somewhere.',
  }),
  new_days: z.coerce
    .number()
    .int()
    .min(1)
    .max(365)
    .optional()
    .meta({ description: 'Published within so many days.' }),
  order: z.enum(['fitting', 'trending', 'newest', 'used', 'price']).optional().meta({
    description: 'Without it: fitting where words were typed, else trending. /help/ranking says how.',
  }),
};

/** The address of a round, /competitions/<slug>. */
export const inRound = Slug.optional();

/** Why it stands where it stands. */
export const Why = z.object({
  match: z.string().nullable().meta({ description: 'How it was found; null where no words were typed.' }),
  rank: z.string().meta({ description: 'What its place follows from.' }),
  found: z
    .object({
      by: z.enum([
        ...(['name_of_model', 'text_of_model', 'name_of_creation', 'text_of_creation'] as const),
        ...(['prompt', 'near'] as const),
      ]),
      typed: z.string(),
    })
    .nullable()
    .meta({ description: 'What `match` is made of.' }),
  ranked: z
    .discriminatedUnion('by', [
      z.object({ by: z.enum(['payers', 'likes', 'used']), people: z.int() }),
      z.object({ by: z.enum(['published', 'shown']), day: z.iso.date() }),
      z.object({ by: z.literal('price') }),
    ])
    .meta({ description: 'What `rank` is made of.' }),
});
export type Why = z.infer<typeof Why>;

export const FoundModel = z.object({
  model: ModelCard,
  tags: z.array(z.string()),
  licence: z
    .object({
      id: z.string(),
      title: z.string(),
      terms: z
        .object({ commercial_use: z.boolean(), derivatives: z.boolean(), attribution: z.boolean() })
        .nullable()
        .meta({ description: 'null: in the words of its creator, of which nothing is assumed.' }),
    })
    .nullable(),
  warm: z.boolean(),
  why: Why,
});
export type FoundModel = z.infer<typeof FoundModel>;

/** A sample that a model was published with: public by its maker, with its prompt. */
export const FoundSample = z.object({
  id: z.string(),
  sample: Sample,
  prompt: z.string(),
  model: z.object({ slug: Slug, title: z.string(), modality: Modality }),
  creator: PersonRef,
  why: Why,
});
export type FoundSample = z.infer<typeof FoundSample>;

/** What somebody shows. */
export const FoundCreation = z.object({ creation: Creation, why: Why });
export type FoundCreation = z.infer<typeof FoundCreation>;

/** A word that finds next to nothing, and what was looked for beside it. */
export const Spelling = z.object({ typed: z.string(), taken: z.array(z.string()) });

export const found = <T extends z.ZodType>(item: T) =>
  page(item).extend({
    spelling: z.array(Spelling).meta({ description: 'What was taken for mistyped words.' }),
  });

import * as z from 'zod';
import { Can, Id, Instant, Micros, Modality, PersonRef, Slug } from '../base.ts';
import { Media } from '../generation/shapes.ts';
import { Visibility } from './edit-shapes.ts';
import { LicenceDocument } from './release-input.ts';

export const Sample = Media.omit({ poster: true, storyboard: true, companions: true }).extend({
  input: z.record(z.string(), z.unknown()),
});

export const ModelCard = z.object({
  slug: Slug,
  title: z.string(),
  modality: Modality,
  summary: z.string(),
  creator: PersonRef,
  from_micros: Micros.meta({ description: 'Price with the default settings.' }),
  generations: z.int().meta({ description: 'Settled generations so far.' }),
  published_at: Instant,
  cover: Sample.nullable(),
  release_id: Id.nullable().meta({ description: 'The release in use; null when the model has none.' }),
});
export type ModelCard = z.infer<typeof ModelCard>;

/** A file of a release, and what the gate found in it. */
const Component = z.object({
  role: z.string(),
  name: z.string(),
  bytes: z.int(),
  digest: z.string(),
  format: z.string().nullable(),
  precision: z
    .string()
    .nullable()
    .meta({ description: 'The element type that most of it is of: float16, ...' }),
  tensors: z.int().nullable(),
  parameters: z.int().nullable(),
  scan: z
    .enum(['passed', 'of_the_house'])
    .meta({ description: 'Whether the gate read it, or the house made it.' }),
});

/** A release whose end was announced: until then it runs, from then on nothing new begins with it. */
export const Deprecation = z.object({
  reason: z.string(),
  announced_at: Instant,
  ends_at: Instant,
  ended: z.boolean(),
});

export const Release = z.object({
  id: Id,
  version: z.string(),
  digest: z.string().meta({
    description:
      'sha256:<hex> over the component files, the input schema, and the binding where it is not `house`.',
  }),
  files: z.array(Component),
  input_schema: z
    .record(z.string(), z.unknown())
    .meta({ description: 'JSON Schema 2020-12, with x-ui hints.' }),
  licence: z.string(),
  licence_document: LicenceDocument.nullable(),
  changelog: z.string().meta({ description: 'Plain text; empty where nothing was said.' }),
  deprecation: Deprecation.nullable(),
  price_class: z.string(),
  runner: z.string(),
  parents: z.array(z.object({ slug: Slug, title: z.string() })),
  published_at: Instant,
  withdrawn_at: Instant.nullable(),
});

export const ModelPage = ModelCard.extend({
  description: z.string().meta({ description: 'The model card, Markdown.' }),
  tags: z.array(z.string()),
  visibility: Visibility.meta({
    description: 'Unlisted: it stands in no list, and answers whoever has its address.',
  }),
  release: Release.nullable(),
  releases: z.array(
    z.object({
      id: Id,
      version: z.string(),
      published_at: Instant,
      withdrawn_at: Instant.nullable(),
      withdrawn_as: z.enum(['creator', 'admin']).nullable(),
      changelog: z.string(),
      deprecation: Deprecation.nullable(),
    }),
  ),
  samples: z.array(Sample),
  agreement: z.object({
    share_ppm: z.int(),
    terms_version: z.string(),
    from: Instant,
    /** A change that is agreed and has not come into force. */
    next: z.object({ share_ppm: z.int(), terms_version: z.string(), from: Instant }).nullable(),
  }),
  split: z.object({
    version: z.int(),
    parts: z.array(z.object({ person: PersonRef, role: z.string(), part_ppm: z.int() })),
  }),
  can: z.object({ edit: Can, generate: Can, withdraw: Can, release: Can, deprecate: Can, shares: Can }),
});
export type ModelPage = z.infer<typeof ModelPage>;

import * as z from 'zod';
import { Can, Id, Instant, Micros, Modality, PersonRef } from '../base.ts';

export const Picture = z.object({ url: z.string(), width: z.int(), height: z.int() });

/** A file on the media origin. `url` shows it, `download_url` saves it under a name. */
export const MediaFile = z.object({
  mime: z.string(),
  bytes: z.int(),
  url: z.string(),
  download_url: z.string(),
  digest: z.string().meta({ description: 'sha256:<hex> of the bytes.' }),
});

export const MediaFormat = z.enum([
  ...(['webp', 'png', 'avif', 'jpg'] as const),
  ...(['mp4', 'webm'] as const),
  ...(['flac', 'wav', 'opus', 'midi'] as const),
]);
export type MediaFormat = z.infer<typeof MediaFormat>;

/** The format an asset can be had in; `making` when somebody asked for it and it is not ready. */
export const Download = z.object({
  format: MediaFormat,
  original: z
    .boolean()
    .meta({ description: 'As it was made; the others were made from it or along with it.' }),
  state: z.enum(['ready', 'making', 'on_demand']),
  file: MediaFile.nullable().meta({ description: 'null: ask for it with POST /assets/{id}/renditions.' }),
});
export type Download = z.infer<typeof Download>;

/** Pictures are made smaller, never larger. */
export const SIDES = [256, 512, 1024, 2048] as const;

export const Rendition = z.object({
  format: MediaFormat,
  side_max: z.int().nullable(),
  state: z.enum(['ready', 'making']).meta({ description: 'While it is being made, ask again.' }),
  file: MediaFile.nullable(),
});
export type Rendition = z.infer<typeof Rendition>;

/** Small frames of a film on one picture, row by row: frame `n` shows the film at `n * interval_ms`. */
export const Storyboard = z.object({
  url: z.string(),
  columns: z.int(),
  rows: z.int(),
  frames: z.int(),
  interval_ms: z.number(),
  width: z.int().meta({ description: 'Of one frame, as its height.' }),
  height: z.int(),
});
export type Storyboard = z.infer<typeof Storyboard>;

export const ModelRef = z.object({
  slug: z.string(),
  title: z.string(),
  modality: Modality,
  creator: PersonRef,
});

/** A picture, a film or a piece of music with all that it takes to show it. */
export const Media = MediaFile.extend({
  modality: Modality,
  width: z.int().nullable(),
  height: z.int().nullable(),
  duration_ms: z.int().nullable(),
  thumbnail: Picture.nullable(),
  poster: Picture.nullable(),
  thumbhash: z.string().nullable().meta({ description: 'ThumbHash, base64.' }),
  waveform: z.array(z.number()).nullable().meta({ description: 'Peaks from 0 to 1, music only.' }),
  storyboard: Storyboard.nullable().meta({ description: 'Films only.' }),
  companions: z.array(MediaFile.extend({ role: z.enum(['midi', 'opus', 'webm']) })).meta({
    description: 'What came along with the file: its score, or the same piece in another format.',
  }),
});

export const Asset = Media.extend({
  id: Id,
  generation_id: Id,
  downloads: z
    .array(Download)
    .meta({ description: 'Everything the asset can be had as, the original first.' }),
  model: ModelRef,
  release_id: Id,
  input: z.record(z.string(), z.unknown()),
  seed: z.int(),
  charged_micros: Micros.nullable(),
  created_at: Instant,
  deleted_at: Instant.nullable(),
  can: z.object({ delete: Can }),
});
export type Asset = z.infer<typeof Asset>;

export const GenerationState = z.enum([
  'queued',
  'leased',
  'running',
  'delivering',
  'succeeded',
  'failed',
  'cancelled',
  'expired',
]);
export type GenerationState = z.infer<typeof GenerationState>;

export const Progress = z.object({ step: z.int(), total: z.int(), label: z.string() });

export const JobClass = z.enum(['interactive', 'bulk']).meta({
  description:
    'Bulk costs the same and comes after what somebody waits for, but is not kept waiting for ever.',
});

export const Estimate = z.object({
  starts_in_ms: z.int().nullable().meta({ description: '0 when it runs.' }),
  ends_in_ms: z.int().nullable(),
});

export const Recipient = z.object({
  role: z.enum(['creator', 'collaborator', 'parent', 'platform']),
  person: PersonRef.nullable().meta({ description: 'null: the platform itself.' }),
  part_ppm: z
    .int()
    .meta({ description: 'Part of the price in millionths, before rounding to whole micro-units.' }),
  amount_micros: Micros,
});

export const Generation = z.object({
  id: Id,
  state: GenerationState,
  release_id: Id,
  model: ModelRef,
  input: z.record(z.string(), z.unknown()),
  seed: z.int(),
  price_micros: Micros.meta({
    description: 'What was quoted and held. The charge may be lower, never higher.',
  }),
  charged_micros: Micros.nullable(),
  funding: z.object({ promo_micros: Micros, paid_micros: Micros }),
  class: JobClass,
  queue_place: z.int().nullable().meta({ description: '1 is next; null when it does not wait.' }),
  estimate: Estimate.nullable().meta({
    description:
      'By how long the last runs took; null where nothing was measured, or nobody serves its queue.',
  }),
  runner_away: z.boolean().meta({
    description: 'Nobody serves its queue just now: it waits until somebody does, or expires uncharged.',
  }),
  progress: Progress.nullable(),
  failure: z.object({ code: z.string(), message: z.string() }).nullable(),
  attempts: z.int(),
  batch_id: Id.nullable().meta({ description: 'What one press started together has the same.' }),
  board_id: Id.nullable().meta({ description: 'The board that the results are for.' }),
  created_at: Instant,
  started_at: Instant.nullable(),
  ended_at: Instant.nullable(),
  assets: z.array(Asset),
  can: z.object({ cancel: Can }),
});
export type Generation = z.infer<typeof Generation>;

export const Quote = z.object({
  quote: z
    .string()
    .meta({ description: 'Signed; send it with the generation to be charged no more than this.' }),
  release_id: Id,
  price_micros: Micros,
  funding: z.object({ promo_micros: Micros, paid_micros: Micros }),
  recipients: z.array(Recipient),
  related: z.boolean().meta({
    description: 'The payer has a share in this model: charged, but earns nobody but the platform.',
  }),
  rate_card: z.object({ version: z.int(), price_class: z.string(), explanation: z.string() }),
  terms: z.object({ agreement_id: Id, share_ppm: z.int(), split_version: z.int() }),
  available_micros: Micros,
  affordable: Can,
  expires_at: Instant,
});
export type Quote = z.infer<typeof Quote>;

export const Input = z
  .record(z.string(), z.unknown())
  .meta({ description: "The release's own input, as its input_schema says." });

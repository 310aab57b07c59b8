import * as z from 'zod';
import { Can, Id, Instant, Micros, Modality, Slug } from '../base.ts';
import { Sample } from '../registry/shapes.ts';

export const BenchPrompt = z.object({
  key: z.string(),
  text: z
    .string()
    .meta({ description: 'Empty for the probe that asks for nothing, and of models without words.' }),
  shows: z.string().meta({ description: 'What this prompt is there to show.' }),
});

export const BenchState = z.enum(['waiting', 'running', 'done', 'failed']);

export const BenchCell = z.object({
  ordinal: z.int(),
  prompt_key: z.string(),
  setting: z.enum(['usual', 'repeat', 'smallest']),
  seed: z.int(),
  state: z.enum(['waiting', 'made', 'failed']),
  failure: z.object({ code: z.string(), why: z.string() }).nullable(),
  compute_ms: z.int().nullable().meta({ description: 'In the model alone.' }),
  wall_ms: z.int().nullable().meta({ description: 'With everything around it.' }),
  memory_bytes_peak: z
    .int()
    .nullable()
    .meta({ description: 'What the process of the model held at most; null where nobody here can know.' }),
  media: Sample.nullable(),
});

export const BenchProfile = z.object({
  cells: z.int(),
  compute_ms_p50: z.int(),
  compute_ms_p95: z.int(),
  wall_ms_p50: z.int(),
  wall_ms_p95: z.int(),
  unit: z.enum(['megapixel', 'second']),
  compute_ms_per_unit_p50: z.int(),
  compute_ms_per_unit_p95: z.int(),
  memory_bytes_peak: z.int().nullable().meta({ description: 'The most of any cell that counts.' }),
  price_micros: Micros.nullable().meta({ description: 'Of one generation with the usual settings.' }),
  price_micros_per_compute_s: Micros.nullable(),
});

/** The nearest sample of a published model, beside the cell that comes so near to it. */
export const NearestModel = z.object({
  kind: z.enum(['looks', 'sounds']),
  model: z.object({ slug: Slug, title: z.string(), version: z.string() }),
  distance: z.number().meta({ description: '0: the same; from 1 on it is as far as unrelated works are.' }),
  likeness: z.enum(['nearly certain', 'likely', 'apart']),
  cell_ordinal: z.int(),
  sample: Sample.nullable(),
});

export const BenchFinding = z.object({
  kind: z.enum([
    ...(['same_weights', 'shares_tensors', 'looks_like', 'sounds_like'] as const),
    ...(['empty_prompt', 'not_repeatable', 'slow', 'failed'] as const),
  ]),
  severity: z.enum(['serious', 'notable', 'note']),
  why: z.string(),
  model: z.object({ slug: Slug, title: z.string(), version: z.string() }).nullable(),
  application_id: Id.nullable().meta({ description: 'Named to coordinators and chairs only.' }),
  evidence: z.record(z.string(), z.unknown()),
});

/** What the bench made of a revision. */
export const Bench = z.object({
  application_id: Id,
  revision: z.int(),
  state: BenchState,
  version: z.int().meta({ description: '0 while nothing is planned yet.' }),
  suite: z.string(),
  modality: Modality,
  opened_at: Instant.nullable(),
  started_at: Instant.nullable(),
  ended_at: Instant.nullable(),
  progress: z.object({ cells: z.int(), made: z.int(), failed: z.int() }),
  prompts: z.array(BenchPrompt),
  seeds: z.array(z.int()),
  cells: z.array(BenchCell),
  repeatable: z
    .boolean()
    .nullable()
    .meta({ description: 'Whether the first cell gave the same bytes twice; null where that is not known.' }),
  not_run: z
    .object({ code: z.literal('own_machines'), why: z.string() })
    .nullable()
    .meta({ description: 'Why the bench cannot run a model of this kind at all.' }),
  output_checked_by: z
    .string()
    .nullable()
    .meta({ description: 'What looked at the works themselves besides people; null: nothing does.' }),
  profile: BenchProfile.nullable(),
  nearest: z.array(NearestModel),
  findings: z.array(BenchFinding),
  can: z.object({ retry: Can }),
});
export type Bench = z.infer<typeof Bench>;

export const StripOfModel = z.object({
  slug: Slug,
  title: z.string(),
  cells: z.array(z.object({ prompt_key: z.string(), seed: z.int(), sample: Sample })),
});

/** The same prompts with the same seeds, of one model or of two beside each other. */
export const Strip = z.object({
  suite: z.string(),
  prompts: z.array(BenchPrompt),
  seeds: z.array(z.int()),
  model: StripOfModel.nullable().meta({ description: 'null: its release in use was not benched.' }),
  other: StripOfModel.nullable(),
  others: z.array(z.object({ slug: Slug, title: z.string() })).meta({ description: 'To put beside it.' }),
});
export type Strip = z.infer<typeof Strip>;

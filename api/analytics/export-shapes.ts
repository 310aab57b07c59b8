import * as z from 'zod';
import { Id, Instant, Slug } from '../base.ts';
import { asked, Grain, grained, ofModels } from './shapes.ts';

/** What can be taken away, and what one row of it is. */
export const DATASETS = [
  'generations',
  'earnings_lines',
  'earnings',
  'usage',
  'breakdown',
  'retention',
  'funnel',
] as const;
export const Dataset = z.enum(DATASETS).meta({
  description:
    'generations: each that ended, by models of yours; where the time begins before they are kept one by one, `from` says where they do. earnings_lines: each line that you earned by and each correction, at its own time and with its sign, so that they sum to what the ledger gained. The others are the reports of these names, row by row.',
});
export type Dataset = z.infer<typeof Dataset>;

export const FORMATS = ['csv', 'parquet'] as const;
export const Format = z.enum(FORMATS);
export type Format = z.infer<typeof Format>;

export const by = z.string().max(60).optional().meta({
  description:
    'Of earnings and of a breakdown: as in the reports. Of a funnel: day, surface or model. The first of each if left out.',
});

export const columns = z.string().min(1).max(600).optional().meta({
  description:
    'Names of columns, with commas between; all of them if left out. They stand in the order of the whole file, and what is not among them is refused.',
});

const what = { dataset: Dataset, format: Format, ...grained, ...ofModels, by, columns };
export const ExportWish = z.strictObject({ ...what, ...asked });
export type ExportWish = z.infer<typeof ExportWish>;

export const EXPORT_STATES = ['waiting', 'making', 'ready', 'failed', 'expired'] as const;

export const Export = z.object({
  id: Id,
  dataset: Dataset,
  format: Format,
  name: z.string().meta({ description: 'Of the file.' }),
  state: z.enum(EXPORT_STATES),
  from: Instant,
  to: Instant.meta({ description: 'The first instant that is not in it.' }),
  zone: z.string(),
  grain: Grain.nullable(),
  models: z.array(Slug).nullable().meta({ description: 'null: all of them.' }),
  by: z.string().nullable(),
  columns: z.array(z.string()).nullable().meta({ description: 'null: all of them.' }),
  asked_at: Instant,
  as_of: Instant.nullable().meta({
    description: 'What had happened by then is in it, whenever it was made; null until it is begun.',
  }),
  rows: z.int().meta({ description: 'So far.' }),
  rows_expected: z.int().nullable(),
  bytes: z.int(),
  digest: z.string().nullable().meta({
    description: 'sha256:<hex> over the SHA-256 of its parts, in order: the same for the same file.',
  }),
  ready_at: Instant.nullable(),
  expires_at: Instant.nullable().meta({ description: 'Then the file is deleted.' }),
  why: z.string().nullable().meta({ description: 'Why it could not be made.' }),
  scheduled: z.boolean(),
  path: z.string().nullable().meta({ description: 'Where the file is, once it is ready.' }),
});
export type Export = z.infer<typeof Export>;

export const EVERY = ['week', 'month'] as const;
export const Every = z.enum(EVERY);
export type Every = z.infer<typeof Every>;

/** The time is the week or the month that has ended last. */
export const ScheduleWish = z.strictObject({ ...what, every: Every, zone: asked.zone });
export type ScheduleWish = z.infer<typeof ScheduleWish>;

export const Schedule = z.object({
  id: Id,
  dataset: Dataset,
  format: Format,
  every: Every,
  zone: z.string(),
  grain: Grain.nullable(),
  models: z.array(Slug).nullable(),
  by: z.string().nullable(),
  columns: z.array(z.string()).nullable(),
  set_at: Instant,
  next: z
    .object({ at: Instant, from: Instant, to: Instant })
    .nullable()
    .meta({ description: 'When the next one is made, and of which time it will be.' }),
});
export type Schedule = z.infer<typeof Schedule>;

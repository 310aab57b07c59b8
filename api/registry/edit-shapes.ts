import * as z from 'zod';
import { Can, Id, Instant, ONE_LINE, PersonRef, Slug } from '../base.ts';
import { EditField, EditRefusal } from './edit-refusal.ts';

export { EditField, EditRefusal } from './edit-refusal.ts';

/** An unlisted model answers whoever has its address, and stands in no list. */
export const Visibility = z.enum(['listed', 'unlisted']);
export type Visibility = z.infer<typeof Visibility>;

export const EDIT_ROWS_MAX = 1_000;
export const EDIT_JSON_BYTES_MAX = 1_000_000;
export const EDIT_CSV_BYTES_MAX = 8_000_000;
export const TAGS_MAX = 10;

const text = (length_max: number) =>
  z
    .string()
    .trim()
    .min(1, 'must not be empty')
    .max(length_max, `must have ${length_max.toLocaleString('en')} characters at most`);
const line = (length_max: number) =>
  text(length_max).regex(ONE_LINE, { message: 'must be one line', abort: true });

/** What each field must be, asked where it would change. */
export const EditValues = z.object({
  title: line(60),
  summary: line(300),
  description: text(20_000),
  tags: z.array(z.string()),
  visibility: z.enum(Visibility.options, { error: 'must be listed or unlisted' }),
});
export type EditValues = z.infer<typeof EditValues>;

/** Wider than the fields may be: what is wrong with one row is told in the answer, beside all the others. */
export const ModelChange = z.strictObject({
  slug: z.string().max(200),
  version: z.int().meta({ description: 'The version of the model that you saw.' }),
  title: z.string().max(2_000).optional(),
  summary: z.string().max(4_000).optional(),
  description: z.string().max(60_000).optional().meta({ description: 'Markdown.' }),
  tags: z
    .array(z.string().max(500))
    .max(200)
    .optional()
    .meta({ description: 'All of them, ten at most: letters, digits and hyphens, 2 to 30 characters.' }),
  visibility: z.string().max(100).optional().meta({ description: 'listed or unlisted' }),
});
export type ModelChange = z.infer<typeof ModelChange>;

export const EditValue = z.union([z.string(), z.array(z.string())]);
export type EditValue = z.infer<typeof EditValue>;

export const EditLine = z.object({
  slug: Slug,
  title: z.string(),
  field: EditField,
  old_value: EditValue,
  new_value: EditValue,
});
export type EditLine = z.infer<typeof EditLine>;

/** What a set of edits would do, or has done. */
export const EditPlan = z.object({
  edit_set_id: Id.nullable().meta({ description: 'Null for a dry run.' }),
  rows: z.int().meta({ description: 'How many were sent.' }),
  models: z.int().meta({ description: 'How many change.' }),
  lines: z.array(EditLine),
  refusals: z.array(EditRefusal),
});
export type EditPlan = z.infer<typeof EditPlan>;

export const EditSetSummary = z.object({
  id: Id,
  at: Instant,
  by: PersonRef,
  models: z.int(),
  fields: z.array(EditField),
  titles: z.array(z.object({ slug: Slug, title: z.string() })).meta({ description: 'Of the first few.' }),
  undoes: Id.nullable(),
  undone_by: Id.nullable(),
  can: z.object({ undo: Can }),
});
export type EditSetSummary = z.infer<typeof EditSetSummary>;

export const EditSet = EditSetSummary.extend({ lines: z.array(EditLine) });

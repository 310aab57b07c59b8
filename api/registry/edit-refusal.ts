import * as z from 'zod';

/** What of a model is not fixed by its releases. */
export const EditField = z.enum(['title', 'summary', 'description', 'tags', 'visibility']);
export type EditField = z.infer<typeof EditField>;

/** Why a row cannot be done; `field` is null where it is about the whole row. */
export const EditRefusal = z.object({
  row: z.int().meta({ description: 'From 1 on, in the order of what was sent.' }),
  slug: z.string(),
  field: EditField.nullable(),
  code: z.enum(['NOT_FOUND', 'NAMED_TWICE', 'CHANGED_MEANWHILE', 'INVALID', 'EDITED_LATER']),
  message: z.string(),
});
export type EditRefusal = z.infer<typeof EditRefusal>;

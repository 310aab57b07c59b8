import * as z from 'zod';
import { endpoint } from '../base.ts';
import { may } from '../errors.ts';
import { EDIT_ROWS_MAX, EditPlan, ModelChange } from './edit-shapes.ts';

/** Edits models of the caller's own: all rows or none. A dry run answers what it would do, and writes nothing. */
export const createEditSet = endpoint
  .route({ method: 'POST', path: '/edit-sets', tags: ['Models'], summary: 'Edit models, one or many' })
  .errors(may('EDIT_REFUSED', 'NOTHING_TO_CHANGE', 'STANDING_REFUSED'))
  .input(
    z.strictObject({
      changes: z.array(ModelChange).min(1).max(EDIT_ROWS_MAX),
      dry_run: z.boolean().default(false),
    }),
  )
  .output(EditPlan);

import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { EditPlan } from './edit-shapes.ts';

/** Puts back what a set changed, by another set. Refused where a field was edited again afterwards. */
export const createUndo = endpoint
  .route({ method: 'POST', path: '/edit-sets/{id}/undo', tags: ['Models'], summary: 'Undo a set of edits' })
  .errors(may('NOT_FOUND', 'ALREADY_UNDONE', 'EDIT_REFUSED', 'STANDING_REFUSED'))
  .input(z.strictObject({ id: Id, dry_run: z.boolean().default(false) }))
  .output(EditPlan);

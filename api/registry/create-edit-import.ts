import * as z from 'zod';
import { endpoint } from '../base.ts';
import { may } from '../errors.ts';
import { EditPlan } from './edit-shapes.ts';

/** The same edits as a table: the file that the export gives, changed. Columns that are left out stay as they are. */
export const createEditImport = endpoint
  .route({
    method: 'POST',
    path: '/edit-sets/imports',
    tags: ['Models'],
    summary: 'Edit models by a CSV file',
    inputStructure: 'detailed',
  })
  .errors(
    may(
      'CSV_REFUSED',
      'EDIT_REFUSED',
      'NOTHING_TO_CHANGE',
      'STANDING_REFUSED',
      'FILE_TOO_LARGE',
      'STORAGE_FULL',
    ),
  )
  .input(
    z.object({
      query: z.strictObject({ dry_run: z.stringbool().default(false) }),
      body: z.file().meta({ description: 'CSV in UTF-8, 8 MB and 1,000 rows at most.' }),
    }),
  )
  .output(EditPlan);

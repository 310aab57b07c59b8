import { sql } from 'kysely';
import type { Personal } from '../../kit/personal.ts';

/** Which rows are somebody's, and what becomes of them when they leave. */
export const personal: readonly Personal[] = [
  {
    ...{ table: 'registry.model', of: ['creator_id'] },
    ...{ ends: 'stays', why: 'receipts, statements and works of others name it; its releases are withdrawn' },
  },
  {
    ...{ table: 'registry.release', of: [], besides: ['withdrawn_by'] },
    ...{ ends: 'stays', why: 'it is never edited' },
  },
  {
    ...{ table: 'registry.model_file', of: ['uploader_id'] },
    ...{ ends: 'stays', why: 'a release names it, of a model that may be somebody else’s by now' },
  },
  { table: 'registry.model_upload', of: ['uploader_id'], ends: 'emptied', set: { name: sql`'left'` } },
  {
    ...{ table: 'registry.edit_set', of: ['owner_id'] },
    ...{ ends: 'stays', why: 'it is written once, and undoes what it did' },
  },
];

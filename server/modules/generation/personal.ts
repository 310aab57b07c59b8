import { sql } from 'kysely';
import type { Personal } from '../../kit/personal.ts';

/** Which rows are somebody's, and what becomes of them when they leave; `forgetAssets` sees to files. */
export const personal: readonly Personal[] = [
  {
    ...{ table: 'generation.generation', of: ['payer_id'] },
    ...{ ends: 'emptied', set: { input: sql`'{}'::jsonb`, board_id: sql`null` } },
  },
  {
    ...{ table: 'generation.asset', of: ['owner_id'] },
    ...{ ends: 'stays', why: 'a receipt names it; `forgetAssets` takes its prompt and its files' },
  },
  {
    ...{ table: 'generation.board', of: ['owner_id'] },
    ...{ ends: 'stays', why: 'reports name it; `emptyBoards` takes its words and what lay on it' },
  },
  {
    ...{ table: 'generation.upload', of: ['owner_id'] },
    ...{ ends: 'stays', why: 'it is hidden, and forgotten with its files within the hour (`forgetUploads`)' },
  },
  { table: 'generation.fair_tag', of: ['payer_id'], ends: 'deleted' },
  {
    ...{ table: 'generation.payer', of: ['payer_id'] },
    ...{ ends: 'stays', why: 'a number that generations wait for' },
  },
];

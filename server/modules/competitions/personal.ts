import { sql } from 'kysely';
import { NAME_OF_WHO_LEFT } from '#api/identity/leaving-words.ts';
import type { Personal } from '../../kit/personal.ts';

const RESULTS = 'results stand on it, and are recounted from it';
const RUN = 'who ran what is public, and is a pseudonym';
const unnamed = { display_name: sql`${NAME_OF_WHO_LEFT}` };

/** Which rows are somebody's, and what becomes of them when they leave; `unnameWinners` sees to places. */
export const personal: readonly Personal[] = [
  { table: 'competitions.entry', of: ['person_id'], ends: 'stays', why: RESULTS },
  { table: 'competitions.entry_person', of: ['person_id'], ends: 'emptied', set: unnamed },
  { table: 'competitions.place_person', of: ['person_id'], ends: 'stays', why: RESULTS },
  { table: 'competitions.award', of: ['person_id'], ends: 'stays', why: 'the prize is in the books' },
  {
    table: 'competitions.recovery',
    of: ['person_id'],
    ends: 'stays',
    why: 'what is owed back is in the books',
  },
  { table: 'competitions.voter', of: ['person_id'], but: ['kept_from'], ends: 'stays', why: RESULTS },
  { table: 'competitions.assignment', of: ['person_id'], ends: 'stays', why: RESULTS },
  {
    ...{ table: 'competitions.judge', of: ['person_id'], besides: ['invited_by'], but: ['invited_by'] },
    ...{ ends: 'emptied', set: unnamed },
  },
  {
    ...{ table: 'competitions.dispute', of: ['person_id'], besides: ['ruled_by', 'appeal_ruled_by'] },
    ...{ but: ['ruled_by', 'appeal_ruled_by'] },
    ...{ ends: 'stays', why: RESULTS },
  },
  { table: 'competitions.template', of: ['written_by'], ends: 'stays', why: RUN },
  {
    ...{ table: 'competitions.round', of: ['written_by'], besides: ['proposed_by', 'approved_by'] },
    ...{ but: ['seed', 'proposed_by', 'approved_by'], ends: 'stays', why: RUN },
  },
  { table: 'competitions.notice', of: ['by_id'], ends: 'stays', why: RUN },
  { table: 'competitions.tally', of: [], besides: ['asked_by'], ends: 'stays', why: RESULTS },
  { table: 'competitions.voided_voter', of: [], besides: ['by_id'], ends: 'stays', why: RESULTS },
  {
    ...{ table: 'competitions.integrity_case', of: [], besides: ['opened_by', 'closed_by'] },
    ...{ ends: 'stays', why: RESULTS },
  },
  { table: 'competitions.confirmation', of: ['person_id'], ends: 'stays', why: RESULTS },
];

import { sql } from 'kysely';
import type { Personal } from '../../kit/personal.ts';

const AGREED = 'what was agreed binds others too';
const JUDGED = 'a decision stands on it';

/** Which rows are somebody's, and what becomes of them when they leave. */
export const personal: readonly Personal[] = [
  {
    ...{ table: 'program.application', of: ['applicant_id'] },
    ...{ ends: 'emptied', set: { draft: sql`'{}'::jsonb` } },
  },
  { table: 'program.agreement', of: ['creator_id'], ends: 'stays', why: AGREED },
  { table: 'program.acceptance', of: ['person_id'], ends: 'stays', why: AGREED },
  { table: 'program.split_proposal', of: ['proposed_by'], ends: 'stays', why: AGREED },
  { table: 'program.split_consent', of: ['person_id'], ends: 'stays', why: AGREED },
  {
    ...{ table: 'program.membership', of: ['account_id'], besides: ['proposed_by'], but: ['proposed_by'] },
    ...{ ends: 'stays', why: 'what was decided about somebody stays decided' },
  },
  { table: 'program.transfer', of: ['from_id', 'to_id'], ends: 'stays', why: AGREED },
  {
    ...{ table: 'program.collaboration', of: ['from_id', 'to_id'], besides: ['turn_id'] },
    ...{ ends: 'stays', why: AGREED },
  },
  {
    ...{ table: 'program.collaboration_offer', of: ['by_id'], besides: ['owner_id'] },
    ...{ ends: 'stays', why: AGREED },
  },
  {
    ...{ table: 'program.collaboration_message', of: ['by_id'] },
    ...{ ends: 'stays', why: 'it was written to somebody who has it; it is by a pseudonym' },
  },
  { table: 'program.assignment', of: ['reviewer_id'], ends: 'stays', why: JUDGED },
  {
    ...{ table: 'program.declared_conflict', of: ['person_id'], besides: ['with_id'] },
    ...{ ends: 'stays', why: JUDGED },
  },
  { table: 'program.remark', of: ['author_id'], ends: 'stays', why: JUDGED },
  { table: 'program.proposal', of: ['chair_id'], ends: 'stays', why: JUDGED },
  {
    ...{ table: 'program.decision', of: ['decided_by'], besides: ['second_signer_id'] },
    ...{ ends: 'stays', why: JUDGED },
  },
  { table: 'program.appeal', of: ['answered_by'], ends: 'stays', why: JUDGED },
  { table: 'program.gold', of: ['marked_by'], ends: 'stays', why: JUDGED },
];

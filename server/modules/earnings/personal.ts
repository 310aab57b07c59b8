import type { Personal } from '../../kit/personal.ts';

const BOOKS = 'the books do not change; they name a number that has a pseudonym';
const CASES = 'money was moved by it';

/** Which rows are somebody's. Nothing of it is forgotten: what somebody was paid and paid is owed an explanation. */
export const personal: readonly Personal[] = [
  { table: 'earnings.purchase', of: ['buyer_id'], ends: 'stays', why: BOOKS },
  { table: 'earnings.line', of: ['person_id'], ends: 'stays', why: BOOKS },
  { table: 'earnings.reversal_line', of: ['person_id'], ends: 'stays', why: BOOKS },
  { table: 'earnings.royalty', of: ['person_id'], ends: 'stays', why: BOOKS },
  { table: 'earnings.statement', of: ['person_id'], ends: 'stays', why: BOOKS },
  { table: 'earnings.liability_leaf', of: ['holder_id'], ends: 'stays', why: BOOKS },
  { table: 'earnings.case_line', of: ['person_id'], ends: 'stays', why: CASES },
  {
    ...{ table: 'earnings.adjustment', of: ['person_id'], besides: ['proposed_by'], but: ['proposed_by'] },
    ...{ ends: 'stays', why: CASES },
  },
  {
    ...{ table: 'earnings.adjustment_approval', of: [], besides: ['approved_by'] },
    ...{ ends: 'stays', why: CASES },
  },
  { table: 'earnings.case', of: [], besides: ['opened_by'], ends: 'stays', why: CASES },
  { table: 'earnings.resolution', of: [], besides: ['resolved_by'], ends: 'stays', why: CASES },
  {
    ...{ table: 'earnings.claim', of: ['claimant_id'], besides: ['respondent_id', 'proposed_by'] },
    ...{ but: ['proposed_by'], ends: 'stays', why: CASES },
  },
];

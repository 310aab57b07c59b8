import { sql } from 'kysely';
import type { Personal } from '../../kit/personal.ts';

const PAID = 'money was committed by it';
const DECIDED = 'who decided about money is known';

/** Which rows are somebody's, and what becomes of them when they leave. */
export const personal: readonly Personal[] = [
  {
    ...{ table: 'rewards.epoch', of: [], besides: ['drafted_by', 'approved_by', 'voiding_by'] },
    ...{ ends: 'stays', why: DECIDED },
  },
  { table: 'rewards.promise', of: [], besides: ['by_id'], ends: 'stays', why: DECIDED },
  { table: 'rewards.halt', of: [], besides: ['lifted_by'], ends: 'stays', why: DECIDED },
  { table: 'rewards.commitment', of: ['person_id'], ends: 'stays', why: PAID },
  { table: 'rewards.commitment_award', of: ['person_id'], ends: 'stays', why: PAID },
  {
    ...{ table: 'rewards.wallet', of: ['person_id'] },
    ...{ ends: 'stays', why: 'nobody else is ever paid at it, and roots that were published pay it' },
  },
  {
    ...{ table: 'rewards.wallet_link', of: ['person_id'] },
    ...{ ends: 'emptied', set: { message: sql`''`, signature: sql`''` } },
  },
  { table: 'rewards.wallet_challenge', of: ['person_id'], ends: 'deleted' },
];

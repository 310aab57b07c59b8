import type { Personal } from '../../kit/personal.ts';

const WRITTEN_ONCE = 'what was reported and decided is evidence, and is by a pseudonym';

/** Which rows are somebody's, and what becomes of them when they leave. Who reported them is not theirs to know. */
export const personal: readonly Personal[] = [
  {
    ...{ table: 'moderation.refusal', of: ['account_id'] },
    ...{ ends: 'stays', why: 'it has the digest of a prompt, never the prompt' },
  },
  {
    ...{ table: 'moderation.report', of: ['reporter_id'], besides: ['owner_id'] },
    ...{ ends: 'stays', why: WRITTEN_ONCE },
  },
  {
    ...{ table: 'moderation.ruling', of: ['owner_id'], besides: ['by_id'], but: ['by_id'] },
    ...{ ends: 'stays', why: WRITTEN_ONCE },
  },
  { table: 'moderation.objection', of: ['by_id'], ends: 'stays', why: WRITTEN_ONCE },
];

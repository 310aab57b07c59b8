import { sql } from 'kysely';
import type { Personal } from '../../kit/personal.ts';

/** Which rows are somebody's, and what becomes of them when they leave. */
export const personal: readonly Personal[] = [
  {
    ...{ table: 'identity.account', of: ['id'], but: ['password_hash'] },
    ...{ ends: 'stays', why: 'others’ rows refer to it; its names are a pseudonym then (`becomeNobody`)' },
  },
  { table: 'identity.role', of: ['account_id'], ends: 'deleted' },
  { table: 'identity.session', of: ['account_id'], but: ['token_hash'], ends: 'deleted' },
  { table: 'identity.one_time_link', of: ['account_id'], but: ['token_hash'], ends: 'deleted' },
  {
    ...{ table: 'identity.api_key', of: ['account_id'], but: ['secret_hash'] },
    ...{ ends: 'emptied', set: { name: sql`''`, prefix: sql`''` } },
  },
  {
    ...{ table: 'identity.leaving', of: ['account_id'] },
    ...{ ends: 'stays', why: 'when they asked, and when it was done' },
  },
];

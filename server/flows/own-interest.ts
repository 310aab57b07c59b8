import type { AccountId } from '../ids.ts';
import type { Subject } from './standing.ts';

/** Whoever paid for a generation, or earned by it, leaves the decision about its money to somebody else. */
export const hasOwnInterest = (actor_id: AccountId, subjects: Iterable<Subject>): boolean =>
  [...subjects].some(
    ({ payer_id, lines }) => payer_id === actor_id || lines.some(({ person_id }) => person_id === actor_id),
  );

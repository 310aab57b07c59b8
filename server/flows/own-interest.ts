import type { AccountId } from '../ids.ts';
import { refuse } from '../refuse.ts';
import type { Subject } from './standing.ts';

/** Whoever paid for a generation, or earned by it, leaves the decision about its money to somebody else. */
export function refuseOwnInterest(actor_id: AccountId, subjects: Iterable<Subject>): void {
  for (const { payer_id, lines } of subjects)
    if (payer_id === actor_id || lines.some(({ person_id }) => person_id === actor_id))
      refuse('OWN_INTEREST');
}

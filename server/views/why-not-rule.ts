import type { AccountId } from '../ids.ts';
import type * as moderation from '../modules/moderation/index.ts';
import { type Refusal, refusal } from '../refuse.ts';

/** Everything about one thing that a decision depends on. */
export type Open = {
  reports: moderation.Report[];
  /** the newest first */
  rulings: moderation.Ruling[];
  /** null: it cannot be hidden here, or is gone */
  hidden: boolean | null;
  objection: moderation.Objection | null;
};

/**
 * Why this moderator may not decide so; null where they may. Nobody decides about what is theirs, or about what they
 * reported, and an objection is answered by somebody else than whom it is about.
 */
export function whyNotRule(
  { reports, rulings, hidden, objection }: Open,
  moderator_id: AccountId,
  { owner_id, decision }: { owner_id: AccountId; decision: moderation.Ruling['decision'] },
): Refusal | null {
  if (owner_id === moderator_id) return refusal('OWN_INTEREST');
  const reporting = reports.some(({ reporter_id }) => reporter_id === moderator_id);
  const objected = objection && rulings.find(({ id }) => id === objection.ruling_id);
  if (reporting || objected?.by_id === moderator_id) return refusal('SECOND_PERSON_NEEDED');
  if (reports.length === 0 && !objection) return refusal('NOTHING_TO_DECIDE');
  const why = whyNotSo(decision, hidden, objection !== null);
  return why ? refusal('RULING_REFUSED', { why }) : null;
}

function whyNotSo(
  decision: moderation.Ruling['decision'],
  hidden: boolean | null,
  objected: boolean,
): string | null {
  if (decision === 'nothing')
    return objected ? 'Answer the objection: it stays hidden, or is restored.' : null;
  if (hidden === null)
    return 'It is gone, or cannot be hidden. Models and people are dealt with by the standing of their creator.';
  if (decision === 'restore') return hidden ? null : 'It is not hidden.';
  return hidden && !objected ? 'It is hidden.' : null;
}

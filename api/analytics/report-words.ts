/** Why a report does not tell all of it. */
import type { Explained, UsageReport } from './shapes.ts';

const unexplained: Record<NonNullable<Explained['because']>, string> = {
  broken: 'The receipts and the ledger do not agree. We look into it; the ledger is what you have.',
  chosen: 'What other models brought, and what finance adjusted, is not in it.',
  whole_hours:
    'Of so long ago these groups are kept by whole hours, and this range begins or ends within one.',
  behind: 'What happened in the last moments is not counted into these groups yet.',
  miscounted: 'These groups were counted wrong. We look into it; your receipts and the ledger agree.',
};
/** What the groups leave of what the ledger says. */
export const unexplainedWords = (because: Explained['because']): string | null =>
  because && unexplained[because];

const untold: Record<NonNullable<UsageReport['people']['because']>, string> = {
  no_week: 'It is told of whole weeks, and none is over yet.',
  few: 'There was no week with five people or more.',
  few_of_one: 'One of them is of fewer than five people.',
};
/** Why people are not told of. */
export const untoldWords = (because: UsageReport['people']['because']): string | null =>
  because && untold[because];

import { PEOPLE_MIN } from '#api/analytics/limits.ts';
import { earlier, edgesOf, startIn } from '../../kit/buckets.ts';
import { type OfPeople, tellGroups, type Told } from '../../kit/few-people.ts';
import type { Time } from './span.ts';

export const WEEK_MS = 7 * 24 * 3_600_000;

/**
 * What says something of people is told of whole weeks of UTC that are over, whatever was asked for: all that the time
 * touches. The same week is always told in the same way, so whoever takes one answer from another is left with weeks
 * again, and with no group of fewer than five.
 */
export type Weeks = { from: Date; to: Date; next_at: Date; edges: Date[] };

export function weeksIn({ from, to }: Pick<Time, 'from' | 'to'>, now: Date): Weeks | null {
  const this_week = startIn(now, 'UTC', 'week');
  const begins = startIn(from, 'UTC', 'week');
  const last = startIn(new Date(to.getTime() - 1), 'UTC', 'week');
  const ends = last < this_week ? new Date(last.getTime() + WEEK_MS) : this_week;
  // of a time within the week that runs, the one before it is told
  const first = begins < ends ? begins : earlier(this_week, 'UTC', { days: 7 });
  if (first >= ends) return null;
  return {
    from: first,
    to: ends,
    next_at: new Date(this_week.getTime() + WEEK_MS),
    edges: edgesOf({ from: first, to: ends }, 'UTC', 'week'),
  };
}

/** Where whole weeks within a time begin that are over, and where the last of them ends. */
export function wholeWeeksWithin({ from, to }: Pick<Time, 'from' | 'to'>, now: Date): Date[] {
  const this_week = startIn(now, 'UTC', 'week');
  const first = new Date(Math.ceil((from.getTime() - MONDAY_MS) / WEEK_MS) * WEEK_MS + MONDAY_MS);
  const last = startIn(to < this_week ? to : this_week, 'UTC', 'week');
  return first < last ? edgesOf({ from: first, to: last }, 'UTC', 'week') : [];
}
/** Some Monday. */
const MONDAY_MS = Date.UTC(2024, 0, 1);

export type Atom = { model_id: string; week: Date; value: string; people: number };
export const placeOf = ({ model_id, week }: Pick<Atom, 'model_id' | 'week'>) =>
  `${model_id} ${week.toISOString()}`;

/** What of each model and week is told for itself, together, and not at all. */
export function toldByWeek<A extends Atom>(atoms: readonly A[]): Told<A & OfPeople>[] {
  return [...Map.groupBy(atoms, placeOf).values()].map((some) =>
    tellGroups(
      some.map((atom) => ({ ...atom, key: atom.value })),
      PEOPLE_MIN,
    ),
  );
}

import { DAY_MS } from '../../kit/clock.ts';
import { monthStart } from '../../kit/months.ts';
import type { Resumable } from './round-machine.ts';

/** When what happens in a round: the ends of half-open intervals, in their order, UTC. */
export type Instants = {
  opens_at: Date;
  locks_at: Date;
  qualifying_at: Date;
  final_at: Date;
  tally_at: Date;
  /** by then the result is out */
  provisional_at: Date;
  disputes_until: Date;
};
export const INSTANTS = [
  'opens_at',
  'locks_at',
  'qualifying_at',
  'final_at',
  'tally_at',
  'provisional_at',
  'disputes_until',
] as const satisfies (keyof Instants)[];

/** How long each part of a month's round takes. */
export type Calendar = {
  open_days: number;
  validation_hours: number;
  qualifying_hours: number;
  final_hours: number;
  dispute_hours: number;
};
/** Open from the 1st to the end of the 21st, two days to look at entries, five to vote, three for the final. */
export const USUAL_CALENDAR: Calendar = {
  open_days: 21,
  validation_hours: 48,
  qualifying_hours: 120,
  final_hours: 72,
  dispute_hours: 72,
};
/** So long after the last vote the result is out at the latest. */
const COUNTING_HOURS = 24;
const HOUR_MS = 3_600_000;

/** The round of a month: days are whole days of UTC, so that no month, leap year or change of clocks is another case. */
export function instantsOf(month: string, calendar: Calendar): Instants {
  const opens_at = monthStart(month);
  const after = (at: Date, hours: number) => new Date(at.getTime() + hours * HOUR_MS);
  const locks_at = new Date(opens_at.getTime() + calendar.open_days * DAY_MS);
  const qualifying_at = after(locks_at, calendar.validation_hours);
  const final_at = after(qualifying_at, calendar.qualifying_hours);
  const tally_at = after(final_at, calendar.final_hours);
  const provisional_at = after(tally_at, COUNTING_HOURS);
  const disputes_until = after(provisional_at, calendar.dispute_hours);
  return { opens_at, locks_at, qualifying_at, final_at, tally_at, provisional_at, disputes_until };
}

export const instantsIn = ({
  opens_at,
  locks_at,
  qualifying_at,
  final_at,
  tally_at,
  provisional_at,
  disputes_until,
}: Instants): Instants => ({
  ...{ opens_at, locks_at, qualifying_at, final_at, tally_at, provisional_at, disputes_until },
});

/** Which instant ends a state, and takes the round on by itself. */
const ENDS: Record<Resumable, keyof Instants> = {
  scheduled: 'opens_at',
  open: 'locks_at',
  locked: 'qualifying_at',
  qualifying: 'final_at',
  final_round: 'tally_at',
  tally: 'provisional_at',
};
export const endOf = (state: Resumable, instants: Instants): Date => instants[ENDS[state]];

/** Everything that has not come yet in this state comes later by as much, and what has been stays. */
export function shifted(instants: Instants, state: Resumable, by_ms: number): Instants {
  const first = INSTANTS.indexOf(ENDS[state]);
  const moved = INSTANTS.map((name, place): [keyof Instants, Date] => [
    name,
    place < first ? instants[name] : new Date(instants[name].getTime() + by_ms),
  ]);
  return { ...instants, ...Object.fromEntries(moved) };
}

export const areInOrder = (instants: Instants): boolean =>
  INSTANTS.every((name, place) => {
    const before = INSTANTS[place - 1];
    return before === undefined || instants[before] < instants[name];
  });

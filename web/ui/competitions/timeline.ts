import type { RoundInstants, RoundState } from '#web/api-types.ts';

export type Step = { name: string; at: string; how: 'over' | 'now' | 'to come' };

const REACHED: Partial<Record<RoundState, number>> = {
  open: 0,
  locked: 1,
  qualifying: 2,
  final_round: 3,
  tally: 4,
  provisional: 4,
  dispute_window: 4,
  final: 5,
  settled: 5,
  archived: 5,
};

/** Where a round stands is what the server says it is; an instant that has passed alone makes nothing over. */
export function stepsOf(state: RoundState, instants: RoundInstants, now: string): Step[] {
  const begun = [
    { name: 'Entries', at: instants.opens_at },
    { name: 'Checks', at: instants.locks_at },
    { name: 'Voting', at: instants.qualifying_at },
    { name: 'Final', at: instants.final_at },
    { name: 'Results', at: instants.tally_at },
    { name: 'Final results', at: instants.disputes_until },
  ];
  const told = REACHED[state];
  const passed = begun.findLastIndex(({ at }) => at <= now);
  const standsStill = state === 'suspended' || state === 'cancelled';
  const reached = told ?? (standsStill ? passed : -1);
  const isAllOver = reached === begun.length - 1;
  return begun.map(({ name, at }, place) => ({
    ...{ name, at },
    how: place < reached || (isAllOver && place === reached) ? 'over' : place === reached ? 'now' : 'to come',
  }));
}

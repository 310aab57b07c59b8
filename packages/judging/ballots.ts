import {
  type Ballot,
  type Ballots,
  CHOICES,
  demand,
  type Entry,
  isAscending,
  PHASES,
  type Voter,
} from './kinds.ts';
import { canonical } from './canonical.ts';
import { type Bytes, utf8 } from './sha256.ts';

const SIDES = [null, 'left', 'right'] as const;

/** Columns for so many ballots, to be filled in the order in which they were cast. */
export const roomForBallots = (length: number): Ballots => ({
  length,
  phase: new Uint8Array(length),
  voter: new Int32Array(length),
  k: new Int32Array(length),
  slot: new Int32Array(length),
  draw: new Int32Array(length),
  left: new Int32Array(length),
  right: new Int32Array(length),
  choice: new Uint8Array(length),
  damaged: new Uint8Array(length),
  dwell: new Uint8Array(length),
  hour: new Int32Array(length),
});

/** Ballots in the order in which they were cast, for a count. Refuses with NOT_IN_ORDER, NOT_AN_ENTRY, NOT_A_VOTER. */
export function ballotTable(
  entries: readonly Pick<Entry, 'id'>[],
  voters: readonly Pick<Voter, 'id'>[],
  cast: readonly Ballot[],
): Ballots {
  const places = { entry: placesOf(entries), voter: placesOf(voters) };
  const ballots = roomForBallots(cast.length);
  for (const [at, ballot] of cast.entries()) fillBallot(ballots, at, ballot, places);
  return ballots;
}

type Places = Record<'entry' | 'voter', ReadonlyMap<string, number>>;

/** Puts one ballot into its place of a table. Refuses with NOT_AN_ENTRY, NOT_A_VOTER. */
export function fillBallot(ballots: Ballots, at: number, ballot: Ballot, places: Places): void {
  const [left, right] = [places.entry.get(ballot.left), places.entry.get(ballot.right)];
  const voter = places.voter.get(ballot.voter);
  demand(left !== undefined && right !== undefined, 'NOT_AN_ENTRY');
  demand(voter !== undefined, 'NOT_A_VOTER');
  ballots.phase[at] = PHASES.indexOf(ballot.phase);
  ballots.voter[at] = voter;
  ballots.k[at] = ballot.k;
  ballots.slot[at] = ballot.slot;
  ballots.draw[at] = ballot.draw;
  ballots.left[at] = left;
  ballots.right[at] = right;
  ballots.choice[at] = CHOICES.indexOf(ballot.choice);
  ballots.damaged[at] = SIDES.indexOf(ballot.damaged);
  ballots.dwell[at] = ballot.dwell;
  ballots.hour[at] = ballot.hour;
}

/** One ballot of a table, with names. */
export const ballotAt = (
  entries: readonly Pick<Entry, 'id'>[],
  voters: readonly Pick<Voter, 'id'>[],
  ballots: Ballots,
  at: number,
): Ballot => ({
  phase: PHASES[ballots.phase[at] ?? 0] ?? 'qualifying',
  voter: voters[ballots.voter[at] ?? 0]?.id ?? '',
  k: ballots.k[at] ?? 0,
  slot: ballots.slot[at] ?? 0,
  draw: ballots.draw[at] ?? 0,
  left: entries[ballots.left[at] ?? 0]?.id ?? '',
  right: entries[ballots.right[at] ?? 0]?.id ?? '',
  choice: CHOICES[ballots.choice[at] ?? 0] ?? 'skip',
  damaged: SIDES[ballots.damaged[at] ?? 0] ?? null,
  dwell: ballots.dwell[at] ?? 0,
  hour: ballots.hour[at] ?? 0,
});

/** What a ballot is in the tree whose roots are published while voting: no weight, since that is known at the close. */
export const ballotLeaf = (no: number, ballot: Ballot): Bytes =>
  utf8(
    canonical([
      no,
      ballot.phase,
      ballot.voter,
      ballot.k,
      ballot.slot,
      ballot.draw,
      ballot.left,
      ballot.right,
      ballot.choice,
      ballot.damaged,
      ballot.dwell,
      ballot.hour,
    ]),
  );

function placesOf(named: readonly { id: string }[]): Map<string, number> {
  demand(isAscending(named.map(({ id }) => id)), 'NOT_IN_ORDER');
  return new Map(named.map(({ id }, index) => [id, index]));
}

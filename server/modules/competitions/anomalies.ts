import type { Anomaly } from '#api/competitions/results-shapes.ts';
import type * as z from 'zod';
import { type Ballots, CHOICES, type Entry, finish, type Voter } from '@stellary/judging';

export type Found = z.infer<typeof Anomaly>;

export type LookedAt = {
  entries: readonly Pick<Entry, 'id'>[];
  voters: readonly Pick<Voter, 'id' | 'class' | 'cluster'>[];
  /** From which networks each of them votes, by their pseudonyms, as digests that say nothing elsewhere. */
  networks: ReadonlyMap<string, readonly string[]>;
  /** Their voters and entries are places in the lists above. */
  ballots: Ballots;
  /** How strong each entry came out, by its place; null where nobody compared it. */
  strengths: readonly (number | null)[];
  /** Who among the winners is near to whom, in words. */
  relations: readonly { entry: string; says: string }[];
  /** How unevenly voters agree, where that is more than chance would do. */
  overdispersion: number | null;
  alarm: boolean;
};

/** So far from what chance does, in standard deviations, something is odd. */
const Z_ODD = 4;
/** With fewer choices a cell says nothing. */
const CHOICES_MIN = 20;
const SHARED_PAIRS_MIN = 8;
const SAME_MIN = 0.95;
/** A pair that more than so many judged tells nobody apart. */
const JUDGES_OF_PAIR_MAX = 60;
/** So many times two voters are held against each other: a map of all of them has no room for a large round. */
const COMPARED_MAX = 500_000;

export const anomaliesOf = (looked_at: LookedAt, amiss?: (error: unknown) => void): Found[] =>
  finish(looksAt(looked_at, amiss));

/**
 * What looks odd about the votes of one category: advice for people, of which nothing follows by itself. Support of an
 * entry from one kind of voter that differs from everybody's; first votes that come in a burst; voters who choose alike
 * pair by pair; and voters of a kind who favour one entry and are like all others elsewhere. The strongest first, with a
 * pause between the looks. It never throws, so that advice stops no counting: what could not be looked for is told to
 * `amiss` and left out.
 */
export function* looksAt(
  looked_at: LookedAt,
  amiss: (error: unknown) => void = () => {},
): Generator<undefined, Found[]> {
  const chosen = choicesIn(looked_at);
  const groups = groupsOf(looked_at, chosen);
  const looks = [
    () => alarmOf(looked_at),
    () => supportOdd(chosen, groups),
    () => stealth(chosen, groups, looked_at.strengths),
    () => bursts(chosen),
    () => alike(chosen),
    () =>
      looked_at.relations.map(({ entry, says }) =>
        found('prize_relation', { says, score: null, entry_id: entry, voters: [] }),
      ),
  ];
  const all: Found[] = [];
  for (const look of looks) {
    yield;
    try {
      all.push(...look());
    } catch (error) {
      amiss(error);
    }
  }
  return all.toSorted((one, other) => (other.score ?? Infinity) - (one.score ?? Infinity));
}

/** Ballots in which somebody chose, by their places: all of them, and those of each voter. */
type Chosen = {
  ballots: Ballots;
  all: Int32Array;
  of: (voter: number) => Int32Array;
  entry: (place: number) => string;
  voter: (place: number) => string;
};

const [LEFT, EQUAL] = [CHOICES.indexOf('left'), CHOICES.indexOf('equal')];

function choicesIn({ ballots, voters, entries }: LookedAt): Chosen {
  const isChoice = (at: number) => ballots.damaged[at] === 0 && (ballots.choice[at] ?? 9) <= EQUAL;
  // by voter: where theirs begin, and in that order
  const first = new Int32Array(voters.length + 1);
  let size = 0;
  for (let at = 0; at < ballots.length; at += 1)
    if (isChoice(at)) {
      first[ballots.voter[at]! + 1]! += 1;
      size += 1;
    }
  for (let voter = 0; voter < voters.length; voter += 1) first[voter + 1]! += first[voter]!;
  const [all, byVoter, next] = [new Int32Array(size), new Int32Array(size), first.slice()];
  for (let at = 0, place = 0; at < ballots.length; at += 1)
    if (isChoice(at)) {
      all[place++] = at;
      byVoter[next[ballots.voter[at]!]!++] = at;
    }
  return {
    ...{ ballots, all, of: (voter) => byVoter.subarray(first[voter], first[voter + 1]) },
    entry: (place) => entries[place]?.id ?? '',
    voter: (place) => voters[place]?.id ?? '',
  };
}

const found = (kind: Found['kind'], rest: Omit<Found, 'kind'>): Found => ({ kind, ...rest });
const tenth = (value: number) => Math.round(value * 10) / 10;

function alarmOf({ alarm, overdispersion }: LookedAt): Found[] {
  if (!alarm || overdispersion === null) return [];
  const says = `Voters agree ${tenth(overdispersion)} times as unevenly as chance would have them. The experts’ order counted.`;
  return [found('alarm', { says, score: overdispersion, entry_id: null, voters: [] })];
}

type Group = { name: string; voters: string[]; choices: Int32Array };

/**
 * Kinds of voters: those who are new, those whose accounts are linked, and those on one network, which may be a house or
 * a whole school; each with what they chose.
 */
function groupsOf({ voters, networks }: Pick<LookedAt, 'voters' | 'networks'>, chosen: Chosen): Group[] {
  const group = (name: string, members: readonly number[]): Group => {
    const parts = members.map(chosen.of);
    const choices = new Int32Array(parts.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const part of parts) {
      choices.set(part, at);
      at += part.length;
    }
    return { name, voters: members.map(chosen.voter).sort(), choices };
  };
  const places = [...voters.keys()];
  const clusters = Map.groupBy(
    places.filter((place) => voters[place]?.cluster != null),
    (place) => voters[place]?.cluster ?? '',
  );
  const onNetwork = new Map<string, number[]>();
  for (const place of places)
    for (const network of networks.get(chosen.voter(place)) ?? []) {
      const members = onNetwork.get(network);
      if (members) members.push(place);
      else onNetwork.set(network, [place]);
    }
  return [
    group(
      'new accounts',
      places.filter((place) => voters[place]?.class === 'new'),
    ),
    ...[...clusters].map(([name, members]) => group(`linked accounts (${name.slice(0, 8)})`, members)),
    ...[...onNetwork].map(([name, members]) => group(`one network (${name.slice(0, 8)})`, members)),
  ].filter((one) => one.voters.length > 1);
}

/** What a choice says about an entry that it was about: 1 won, 0 lost, a half. */
const pointsOf = ({ choice, left }: Ballots, at: number, entry: number): number =>
  choice[at] === EQUAL ? 0.5 : (choice[at] === LEFT) === (left[at] === entry) ? 1 : 0;

type Sum = { points: number; of: number };

function supportOdd(chosen: Chosen, groups: readonly Group[]): Found[] {
  const all = supportIn(chosen, chosen.all);
  return groups.flatMap(({ name, voters, choices }) => {
    const theirs = supportIn(chosen, choices);
    return [...theirs].flatMap(([entry, { points, of }]) => {
      const total = all.get(entry);
      // held against all others: a group that is most of an entry's voters must not set its own measure
      const others = total ? { points: total.points - points, of: total.of - of } : { points: 0, of: 0 };
      if (of < CHOICES_MIN || others.of < CHOICES_MIN) return [];
      const share = (points + others.points) / (of + others.of);
      const spread = Math.sqrt(share * (1 - share) * (1 / of + 1 / others.of));
      const z = spread > 0 ? (points / of - others.points / others.of) / spread : 0;
      if (z <= Z_ODD) return [];
      const says = `Of ${of} choices by ${name} it won ${percent(points / of)}, of those by others ${percent(others.points / others.of)}.`;
      return [found('support_of_class', { says, score: tenth(z), entry_id: chosen.entry(entry), voters })];
    });
  });
}

function supportIn({ ballots }: Chosen, choices: Int32Array): Map<number, Sum> {
  const sums = new Map<number, Sum>();
  const add = (entry: number, at: number) => {
    const sum = sums.get(entry) ?? { points: 0, of: 0 };
    sums.set(entry, sum);
    sum.points += pointsOf(ballots, at, entry);
    sum.of += 1;
  };
  for (const at of choices) {
    add(ballots.left[at]!, at);
    add(ballots.right[at]!, at);
  }
  return sums;
}

const percent = (share: number) => `${Math.round(share * 100)} %`;

/**
 * Voters of a kind who find one entry better than its strength says, and agree with it about all others: what a ring
 * looks like that votes honestly except for its own.
 */
function stealth(
  { ballots, entry: named }: Chosen,
  groups: readonly Group[],
  strengths: LookedAt['strengths'],
): Found[] {
  return groups.flatMap(({ name, voters, choices }) => {
    const forIt = new Map<number, Expected>();
    // how the stronger of two fared: of all pairs, and of those with each entry
    const ofStronger = new Map<number, Expected>();
    const all = nothing();
    for (const at of choices) {
      const [left, right] = [ballots.left[at]!, ballots.right[at]!];
      const [ofLeft, ofRight] = [strengths[left], strengths[right]];
      if (ofLeft == null || ofRight == null) continue;
      const stronger = ofLeft < ofRight ? right : left;
      const chance = Math.max(ofLeft, ofRight) / (ofLeft + ofRight);
      count(all, pointsOf(ballots, at, stronger), chance);
      for (const [entry, own] of [
        [left, ofLeft],
        [right, ofRight],
      ] as const) {
        count(into(forIt, entry), pointsOf(ballots, at, entry), own / (ofLeft + ofRight));
        count(into(ofStronger, entry), pointsOf(ballots, at, stronger), chance);
      }
    }
    return [...forIt].flatMap(([entry, own]) => {
      const z = deviation(own);
      if (z <= Z_ODD || own.of < CHOICES_MIN || deviation(less(all, into(ofStronger, entry))) < -Z_ODD)
        return [];
      const says = `${capital(name)} gave it ${tenth(own.seen)} of ${own.of} wins where its strength makes one expect ${tenth(own.expected)}, and choose among the others as everybody does.`;
      return [found('stealth', { says, score: tenth(z), entry_id: named(entry), voters })];
    });
  });
}

type Expected = { seen: number; expected: number; variance: number; of: number };
const nothing = (): Expected => ({ seen: 0, expected: 0, variance: 0, of: 0 });
const into = (sums: Map<number, Expected>, entry: number): Expected => {
  const sum = sums.get(entry) ?? nothing();
  sums.set(entry, sum);
  return sum;
};
const count = (sum: Expected, points: number, chance: number): void => {
  sum.seen += points;
  sum.expected += chance;
  sum.variance += chance * (1 - chance);
  sum.of += 1;
};
const less = (all: Expected, part: Expected): Expected => ({
  seen: all.seen - part.seen,
  expected: all.expected - part.expected,
  variance: all.variance - part.variance,
  of: all.of - part.of,
});
const deviation = ({ seen, expected, variance }: Expected): number =>
  variance > 0 ? (seen - expected) / Math.sqrt(variance) : 0;

const capital = (text: string) => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;

/** Many who had never voted here come in one hour, as after a link was passed on. */
function bursts({ ballots, all, voter: named }: Chosen): Found[] {
  const first = new Map<number, number>();
  for (const at of all) {
    const voter = ballots.voter[at]!;
    first.set(voter, Math.min(first.get(voter) ?? Infinity, ballots.hour[at]!));
  }
  const hours = Map.groupBy(first, ([, hour]) => hour);
  if (hours.size < 2) return [];
  const [from, until] = [Math.min(...hours.keys()), Math.max(...hours.keys())];
  const middle = first.size / (until - from + 1);
  return [...hours].flatMap(([hour, came]) => {
    const z = (came.length - middle) / Math.sqrt(middle);
    // the first hour of a phase is always the fullest
    if (z <= Z_ODD || came.length < CHOICES_MIN || hour === from) return [];
    const says = `${came.length} voters came in the hour from ${new Date(hour * 3_600_000).toISOString().slice(0, 16)}Z; ${tenth(middle)} an hour do otherwise.`;
    const voters = came.map(([voter]) => named(voter)).sort();
    return [found('burst', { says, score: tenth(z), entry_id: null, voters })];
  });
}

/**
 * Voters who chose alike in all but one of twenty pairs that both saw. Pairs that few saw come first, since they tell two
 * voters apart best; what is beyond the bound is not looked at.
 */
function alike(chosen: Chosen): Found[] {
  const { ballots, voter: named } = chosen;
  const shared = new Map<string, { one: number; other: number; same: number; of: number }>();
  let compared = 0;
  for (const seen of pairsSeen(chosen)) {
    compared += (seen.length * (seen.length - 1)) / 2;
    if (compared > COMPARED_MAX) break;
    for (const [index, at] of seen.entries())
      for (const beside of seen.subarray(index + 1)) {
        const [one, other] = [ballots.voter[at]!, ballots.voter[beside]!].sort((a, b) => a - b) as [
          number,
          number,
        ];
        if (one === other) continue;
        const key = `${one} ${other}`;
        const both = shared.get(key) ?? { one, other, same: 0, of: 0 };
        shared.set(key, both);
        both.same += Number(winnerOf(ballots, at) === winnerOf(ballots, beside));
        both.of += 1;
      }
  }
  return [...shared.values()].flatMap(({ one, other, same, of }) => {
    if (of < SHARED_PAIRS_MIN || same / of < SAME_MIN) return [];
    const says = `Two voters chose alike in ${same} of the ${of} pairs that both saw.`;
    const voters = [named(one), named(other)].sort();
    return [found('same_choices', { says, score: of, entry_id: null, voters })];
  });
}

const winnerOf = ({ choice, left, right }: Ballots, at: number): number =>
  choice[at] === EQUAL ? -1 : choice[at] === LEFT ? left[at]! : right[at]!;

/** Choices by the pair that they are about, whatever its sides: those that some saw and not too many, few first. */
function pairsSeen({ ballots, all }: Chosen): Int32Array[] {
  let entries = 0;
  for (const at of all) entries = Math.max(entries, ballots.left[at]! + 1, ballots.right[at]! + 1);
  // pair and place in one number, which sorts without an object for either
  const keys = Float64Array.from(all, (at) => {
    const [left, right] = [ballots.left[at]!, ballots.right[at]!];
    return (Math.min(left, right) * entries + Math.max(left, right)) * ballots.length + at;
  });
  if (entries * entries * ballots.length > Number.MAX_SAFE_INTEGER)
    throw new RangeError('pairs and ballots are more than a number tells apart');
  keys.sort();
  const pairs: Int32Array[] = [];
  const pairOf = (key: number | undefined) => Math.floor((key ?? -1) / ballots.length);
  for (let from = 0, to = 1; from < keys.length; from = to) {
    for (to = from + 1; to < keys.length && pairOf(keys[to]) === pairOf(keys[from]);) to += 1;
    if (to - from > 1 && to - from <= JUDGES_OF_PAIR_MAX)
      pairs.push(Int32Array.from(keys.subarray(from, to), (key) => key % ballots.length));
  }
  return pairs.sort((one, other) => one.length - other.length || one[0]! - other[0]!);
}

import type { Anomaly } from '#api/competitions/results-shapes.ts';
import type * as z from 'zod';
import type { Ballot, Voter } from '@stellary/judging';

type Found = z.infer<typeof Anomaly>;
type Choice = Pick<Ballot, 'voter' | 'left' | 'right' | 'choice' | 'damaged' | 'hour' | 'phase'>;

export type LookedAt = {
  voters: readonly Pick<Voter, 'id' | 'class' | 'cluster'>[];
  ballots: readonly Choice[];
  /** How strong each entry came out, by its id; null where nobody compared it. */
  strengths: ReadonlyMap<string, number | null>;
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

/**
 * What looks odd about the votes of one category: advice for people, of which nothing follows by itself. Support of an
 * entry from one kind of voter that differs from everybody's; first votes that come in a burst; voters who choose alike
 * pair by pair; and voters of a kind who favour one entry and are like all others elsewhere. The strongest first. It never
 * throws, so that advice stops no counting: what could not be looked for is told to `amiss` and left out.
 */
export function anomaliesOf(looked_at: LookedAt, amiss: (error: unknown) => void = () => {}): Found[] {
  const choices = looked_at.ballots.filter(
    ({ choice, damaged }) =>
      damaged === null && (choice === 'left' || choice === 'right' || choice === 'equal'),
  );
  const groups = groupsOf(looked_at.voters, choices);
  const looks = [
    () => alarmOf(looked_at),
    () => supportOdd(choices, groups),
    () => stealth(groups, looked_at.strengths),
    () => bursts(choices),
    () => alike(choices),
    () =>
      looked_at.relations.map(({ entry, says }) =>
        found('prize_relation', { says, score: null, entry_id: entry, voters: [] }),
      ),
  ];
  return looks
    .flatMap((look) => {
      try {
        return look();
      } catch (error) {
        amiss(error);
        return [];
      }
    })
    .toSorted((one, other) => (other.score ?? Infinity) - (one.score ?? Infinity));
}

const found = (kind: Found['kind'], rest: Omit<Found, 'kind'>): Found => ({ kind, ...rest });
const tenth = (value: number) => Math.round(value * 10) / 10;

function alarmOf({ alarm, overdispersion }: LookedAt): Found[] {
  if (!alarm || overdispersion === null) return [];
  const says = `Voters agree ${tenth(overdispersion)} times as unevenly as chance would have them. The experts’ order counted.`;
  return [found('alarm', { says, score: overdispersion, entry_id: null, voters: [] })];
}

type Group = { name: string; voters: string[]; choices: Choice[] };

/** Kinds of voters: those who are new, and those whose accounts are linked; each with what they chose. */
function groupsOf(voters: LookedAt['voters'], choices: readonly Choice[]): Group[] {
  const byVoter = Map.groupBy(choices, ({ voter }) => voter);
  const group = (name: string, members: LookedAt['voters']): Group => ({
    name,
    voters: members.map(({ id }) => id).sort(),
    choices: members.flatMap(({ id }) => byVoter.get(id) ?? []),
  });
  const clusters = Map.groupBy(
    voters.filter(({ cluster }) => cluster !== null),
    ({ cluster }) => cluster ?? '',
  );
  return [
    group(
      'new accounts',
      voters.filter((one) => one.class === 'new'),
    ),
    ...[...clusters].map(([name, members]) => group(`linked accounts (${name.slice(0, 8)})`, members)),
  ].filter((one) => one.voters.length > 1);
}

/** What a choice says about an entry that it was about: 1 won, 0 lost, a half. */
const pointsOf = ({ choice, left }: Choice, entry: string): number =>
  choice === 'equal' ? 0.5 : (choice === 'left') === (left === entry) ? 1 : 0;

type Sum = { points: number; of: number };
const add = (sums: Map<string, Sum>, key: string, points: number): void => {
  const { points: before, of } = sums.get(key) ?? { points: 0, of: 0 };
  sums.set(key, { points: before + points, of: of + 1 });
};

function supportOdd(choices: readonly Choice[], groups: readonly Group[]): Found[] {
  const all = supportIn(choices);
  return groups.flatMap(({ name, voters, choices: own }) => {
    const theirs = supportIn(own);
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
      return [found('support_of_class', { says, score: tenth(z), entry_id: entry, voters })];
    });
  });
}

function supportIn(choices: readonly Choice[]): Map<string, Sum> {
  const sums = new Map<string, Sum>();
  for (const choice of choices)
    for (const entry of [choice.left, choice.right]) add(sums, entry, pointsOf(choice, entry));
  return sums;
}

const percent = (share: number) => `${Math.round(share * 100)} %`;

/**
 * Voters of a kind who find one entry better than its strength says, and agree with it about all others: what a ring
 * looks like that votes honestly except for its own.
 */
function stealth(groups: readonly Group[], strengths: LookedAt['strengths']): Found[] {
  return groups.flatMap(({ name, voters, choices }) => {
    const forIt = new Map<string, Expected>();
    // how the stronger of two fared: of all pairs, and of those with each entry
    const ofStronger = new Map<string, Expected>();
    const all = nothing();
    for (const choice of choices) {
      const [left, right] = [strengths.get(choice.left), strengths.get(choice.right)];
      if (left == null || right == null) continue;
      const stronger = left < right ? choice.right : choice.left;
      const chance = Math.max(left, right) / (left + right);
      count(all, pointsOf(choice, stronger), chance);
      for (const [entry, own] of [
        [choice.left, left],
        [choice.right, right],
      ] as const) {
        count(into(forIt, entry), pointsOf(choice, entry), own / (left + right));
        count(into(ofStronger, entry), pointsOf(choice, stronger), chance);
      }
    }
    return [...forIt].flatMap(([entry, own]) => {
      const z = deviation(own);
      if (z <= Z_ODD || own.of < CHOICES_MIN || deviation(less(all, into(ofStronger, entry))) < -Z_ODD)
        return [];
      const says = `${capital(name)} gave it ${tenth(own.seen)} of ${own.of} wins where its strength makes one expect ${tenth(own.expected)}, and choose among the others as everybody does.`;
      return [found('stealth', { says, score: tenth(z), entry_id: entry, voters })];
    });
  });
}

type Expected = { seen: number; expected: number; variance: number; of: number };
const nothing = (): Expected => ({ seen: 0, expected: 0, variance: 0, of: 0 });
const into = (sums: Map<string, Expected>, key: string): Expected => {
  const sum = sums.get(key) ?? nothing();
  sums.set(key, sum);
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
function bursts(choices: readonly Choice[]): Found[] {
  const first = new Map<string, number>();
  for (const { voter, hour } of choices) first.set(voter, Math.min(first.get(voter) ?? Infinity, hour));
  const hours = Map.groupBy(first, ([, hour]) => hour);
  if (hours.size < 2) return [];
  const [from, until] = [Math.min(...hours.keys()), Math.max(...hours.keys())];
  const middle = first.size / (until - from + 1);
  return [...hours].flatMap(([hour, came]) => {
    const z = (came.length - middle) / Math.sqrt(middle);
    // the first hour of a phase is always the fullest
    if (z <= Z_ODD || came.length < CHOICES_MIN || hour === from) return [];
    const says = `${came.length} voters came in the hour from ${new Date(hour * 3_600_000).toISOString().slice(0, 16)}Z; ${tenth(middle)} an hour do otherwise.`;
    return [
      found('burst', { says, score: tenth(z), entry_id: null, voters: came.map(([voter]) => voter).sort() }),
    ];
  });
}

/**
 * Voters who chose alike in all but one of twenty pairs that both saw. Pairs that few saw come first, since they tell two
 * voters apart best; what is beyond the bound is not looked at.
 */
function alike(choices: readonly Choice[]): Found[] {
  const byPair = Map.groupBy(choices, ({ left, right }) =>
    left < right ? `${left} ${right}` : `${right} ${left}`,
  );
  const looked_at = [...byPair.values()]
    .filter((seen) => seen.length > 1 && seen.length <= JUDGES_OF_PAIR_MAX)
    .sort((one, other) => one.length - other.length);
  const shared = new Map<string, { same: number; of: number }>();
  let compared = 0;
  for (const seen of looked_at) {
    compared += (seen.length * (seen.length - 1)) / 2;
    if (compared > COMPARED_MAX) break;
    const said = seen.map((choice) => ({
      voter: choice.voter,
      winner: choice.choice === 'equal' ? '' : choice.choice === 'left' ? choice.left : choice.right,
    }));
    for (const [index, one] of said.entries())
      for (const other of said.slice(index + 1)) {
        if (one.voter === other.voter) continue;
        const key = [one.voter, other.voter].sort().join(' ');
        const { same, of } = shared.get(key) ?? { same: 0, of: 0 };
        shared.set(key, { same: same + Number(one.winner === other.winner), of: of + 1 });
      }
  }
  return [...shared].flatMap(([key, { same, of }]) => {
    if (of < SHARED_PAIRS_MIN || same / of < SAME_MIN) return [];
    const says = `Two voters chose alike in ${same} of the ${of} pairs that both saw.`;
    return [found('same_choices', { says, score: of, entry_id: null, voters: key.split(' ') })];
  });
}

import { type Ballot, ballotTable, type Voter } from '@stellary/judging';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { anomaliesOf as anomaliesIn, type LookedAt } from './anomalies.ts';

const ENTRIES = Array.from({ length: 12 }, (_, place) => `e${String(place).padStart(2, '0')}`);
/** The first is the strongest; each next one half as strong. */
const strengths = new Map(ENTRIES.map((id, place) => [id, 2 ** (6 - place)]));

type Choice = Pick<Ballot, 'voter' | 'left' | 'right' | 'choice' | 'damaged' | 'hour' | 'phase'>;
/** With names where the count has places. */
type Votes = Pick<LookedAt, 'networks' | 'relations' | 'overdispersion' | 'alarm'> & {
  voters: Omit<Voter, 'barred'>[];
  ballots: Choice[];
  strengths: ReadonlyMap<string, number | null>;
};

function anomaliesOf({ ballots, strengths, ...said }: Votes, amiss?: (error: unknown) => void) {
  const named = (ids: Iterable<string>) => [...new Set(ids)].sort().map((id) => ({ id }));
  const entries = named(ballots.flatMap(({ left, right }) => [left, right]));
  const kinds = new Map(said.voters.map((voter) => [voter.id, voter]));
  const voters = named([...kinds.keys(), ...ballots.map(({ voter }) => voter)]).map(
    ({ id }) => kinds.get(id) ?? { id, class: 'established' as const, cluster: null },
  );
  const cast = ballots.map((one) => ({ ...one, k: 0, slot: 0, draw: 0, dwell: 2 }));
  const looked_at = {
    ...{ ...said, entries, voters, ballots: ballotTable(entries, voters, cast) },
    strengths: entries.map(({ id }) => strengths.get(id) ?? null),
  };
  return anomaliesIn(looked_at, amiss);
}

/** A stream of numbers from 0 to 1 that is the same for the same seed. */
function chances(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

type Kind = {
  name: string;
  count: number;
  new?: boolean;
  cluster?: string;
  network?: string;
  lifts?: string;
  hour?: number;
};

/** Voters who choose as the strengths say, by chance; and a ring among them that lifts one entry. */
function votes(kinds: readonly Kind[], seed: number): Votes {
  const chance = chances(seed);
  const voters = kinds.flatMap(({ name, count, cluster, new: isNew = false }) =>
    Array.from({ length: count }, (_, number) => ({
      id: `${name}${number}`,
      class: isNew ? ('new' as const) : ('established' as const),
      cluster: cluster ?? null,
    })),
  );
  const ballots = kinds.flatMap(({ name, count, lifts, hour }) =>
    Array.from({ length: count }, (_, number) =>
      Array.from({ length: 30 }, () => {
        const left = ENTRIES[Math.floor(chance() * ENTRIES.length)] ?? '';
        const others = ENTRIES.filter((id) => id !== left);
        const right = others[Math.floor(chance() * others.length)] ?? '';
        const [one = 0, two = 0] = [strengths.get(left), strengths.get(right)];
        const honest = chance() < one / (one + two) ? 'left' : 'right';
        const choice = left === lifts ? 'left' : right === lifts ? 'right' : honest;
        const at = hour ?? 500_000 + Math.floor(chance() * 100);
        return {
          voter: `${name}${number}`,
          left,
          right,
          choice,
          damaged: null,
          hour: at,
          phase: 'qualifying',
        } as const;
      }),
    ).flat(),
  );
  const networks = new Map(
    kinds.flatMap(({ name, count, network }) =>
      Array.from({ length: count }, (_, number): [string, string[]] => [
        `${name}${number}`,
        network ? [network] : [],
      ]),
    ),
  );
  return { voters, ballots, strengths, networks, relations: [], overdispersion: 1, alarm: false };
}

const kinds = (found: ReturnType<typeof anomaliesOf>) => new Set(found.map(({ kind }) => kind));

test('honest votes raise nothing, however they fall', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1_000_000 }), (seed) => {
      const honest = votes(
        [
          { name: 'v', count: 30 },
          { name: 'n', count: 8, new: true },
        ],
        seed,
      );
      expect(kinds(anomaliesOf(honest)).has('stealth')).toBe(false);
    }),
    { numRuns: 20 },
  );
});

test('a ring that votes honestly but for one entry is found by that entry, and named', () => {
  const found = anomaliesOf(
    votes(
      [
        { name: 'v', count: 60 },
        { name: 'r', count: 8, cluster: 'ring', lifts: 'e09' },
      ],
      7,
    ),
  );
  const stealth = found.find(({ kind }) => kind === 'stealth');
  expect(stealth).toMatchObject({ entry_id: 'e09', voters: Array.from({ length: 8 }, (_, n) => `r${n}`) });
  expect(found.filter(({ kind }) => kind === 'support_of_class').map(({ entry_id }) => entry_id)).toContain(
    'e09',
  );
});

test('a ring that nothing else ties together is found by its network; a school that votes as all do is not', () => {
  const found = anomaliesOf(
    votes(
      [
        { name: 'v', count: 40 },
        { name: 's', count: 30, network: 'schoolwide' },
        { name: 'r', count: 8, network: 'a-basement', lifts: 'e09' },
      ],
      7,
    ),
  );
  const stealth = found.filter(({ kind }) => kind === 'stealth');
  expect(stealth).toMatchObject([{ entry_id: 'e09', voters: Array.from({ length: 8 }, (_, n) => `r${n}`) }]);
  expect(stealth[0]?.says).toContain('One network (a-baseme)');
});

test('new accounts that favour an entry, and many who come in one hour, are told', () => {
  const found = anomaliesOf(
    votes(
      [
        { name: 'v', count: 60 },
        { name: 'n', count: 30, new: true, lifts: 'e08', hour: 500_050 },
      ],
      11,
    ),
  );
  expect(found).toContainEqual(expect.objectContaining({ kind: 'support_of_class', entry_id: 'e08' }));
  const burst = found.find(({ kind }) => kind === 'burst');
  expect(burst?.voters).toEqual(expect.arrayContaining(['n0', 'n29']));
});

test('two who choose alike in pair after pair are told, and one pair alone is not', () => {
  const same = (voter: string, pairs: number) =>
    Array.from({ length: pairs }, (_, place) => ({
      ...{ voter, left: ENTRIES[place] ?? '', right: ENTRIES[place + 1] ?? '', choice: 'right' as const },
      ...{ damaged: null, hour: 500_000, phase: 'qualifying' as const },
    }));
  const looked = (pairs: number): Votes => ({
    ...votes([], 1),
    ballots: [...same('a', pairs), ...same('b', pairs)],
  });
  expect(anomaliesOf(looked(9))).toMatchObject([{ kind: 'same_choices', voters: ['a', 'b'], score: 9 }]);
  expect(anomaliesOf(looked(7))).toEqual([]);
});

test('a large round is looked at in part, the pairs that few saw first, and what cannot be looked at is left out', () => {
  // sixty voters say the same of three hundred pairs: more than half a million comparisons of two of them
  const ids = Array.from({ length: 301 }, (_, place) => `e${place}`);
  const cast = (voters: number, places: number[]) =>
    places.flatMap((place) =>
      Array.from({ length: voters }, (_, voter) => ({
        ...{
          voter: `v${voter}`,
          left: ids[place] ?? '',
          right: ids[place + 1] ?? '',
          choice: 'left' as const,
        },
        ...{ damaged: null, hour: 500_000, phase: 'qualifying' as const },
      })),
    );
  const all = Array.from({ length: 300 }, (_, place) => place);
  const large: Votes = {
    ...votes([], 1),
    ballots: [...cast(60, all.slice(8)), ...cast(2, all.slice(0, 8))],
  };
  const found = anomaliesOf(large).filter(({ kind }) => kind === 'same_choices');
  // 282 pairs of sixty judges each have room, and the eight that two saw
  expect(found).toHaveLength(1770);
  expect(found.map(({ score }) => score).slice(0, 2)).toEqual([290, 282]);
  const amiss: unknown[] = [];
  const unread = Object.defineProperty({ entry: 'e', says: '' }, 'says', {
    get() {
      throw new Error('it cannot be read');
    },
  });
  const broken = { ...votes([], 1), relations: [unread], alarm: true, overdispersion: 2 };
  expect(anomaliesOf(broken, (error) => amiss.push(error))).toMatchObject([{ kind: 'alarm' }]);
  expect(amiss).toHaveLength(1);
});

test('an alarm and who is near to whom come first; control pairs and skips say nothing', () => {
  const found = anomaliesOf({
    ...votes([], 1),
    ballots: [{ ...choice('skip') }, { ...choice('left'), damaged: 'left' as const }],
    relations: [{ entry: 'e01', says: 'Its author is near to a judge.' }],
    overdispersion: 2.4,
    alarm: true,
  });
  expect(found.map(({ kind }) => kind)).toEqual(['prize_relation', 'alarm']);
});

const choice = (said: 'skip' | 'left') => ({
  ...{ voter: 'a', left: 'e00', right: 'e01', choice: said, damaged: null, hour: 1 },
  phase: 'final' as const,
});

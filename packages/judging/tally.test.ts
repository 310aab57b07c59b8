import { beforeAll, describe, expect, test } from 'vitest';
import { ballotAt, ballotTable } from './ballots.ts';
import { countOf, makeBundle, type Published } from './bundle.ts';
import { exampleRound } from './example.ts';
import type { Ballot, Count, Entry } from './kinds.ts';
import { chooseFinalists } from './qualifying.ts';
import { counting, type Outcome, tally, tallyQualifying } from './tally.ts';

let round: Published;
let count: Count;
let outcome: Outcome;

beforeAll(() => {
  round = exampleRound({ seed: 11, entries: 40, voters: 150, rules: { samples: 20 } });
  count = countOf(round);
  outcome = tally(count);
});

const winners = ({ places }: Outcome) => places.map(({ entry }) => entry);
const cast = ({ entries, voters, ballots }: Count): Ballot[] =>
  Array.from({ length: ballots.length }, (_, at) => ballotAt(entries, voters, ballots, at));
const withOut = (id: string, from: 'qualifying' | 'final', reason: string): readonly Entry[] =>
  count.entries.map((entry) => (entry.id === id ? { ...entry, out: { from, reason } } : entry));
const inOrder = ({ finalists }: Outcome) =>
  finalists
    .filter(({ position }) => position !== null)
    .sort((a, b) => (a.position ?? 0) - (b.position ?? 0))
    .map(({ entry }) => entry);

test('an ordinary month has five winners, each another person, and says how sure it is', () => {
  expect(outcome.mode).toBe('two_chambers');
  expect(outcome.places.map(({ place }) => place)).toEqual([1, 2, 3, 4, 5]);
  const persons = winners(outcome).flatMap(
    (id) => count.entries.find((entry) => entry.id === id)?.persons ?? [],
  );
  expect(new Set(persons).size).toBe(persons.length);
  expect(winners(outcome)).toEqual(inOrder(outcome).slice(0, 5));
  expect(outcome.finalists).toHaveLength(20);
  expect(outcome.finalists.reduce((all, { top5 }) => all + (top5 ?? 0), 0)).toBe(5 * 20);
  expect(outcome.reliability.removed).toBeGreaterThan(0);
});

test('the same is counted whether one waits for it or goes step by step, and twice', () => {
  const steps = counting(count);
  let paused = 0;
  for (;;) {
    const { done, value } = steps.next();
    if (!done) paused += 1;
    else {
      expect(value).toEqual(outcome);
      break;
    }
  }
  expect(paused).toBeGreaterThan(10);
});

describe('who is out', () => {
  test('after the final: the others move up in the frozen order, and no strength is found anew', () => {
    const [first = '', ...rest] = inOrder(outcome);
    for (const reason of ['disqualified', 'declined', 'unresponsive']) {
      const again = tally({ ...count, entries: withOut(first, 'final', reason) });
      expect(winners(again)).toEqual(rest.slice(0, 5));
      expect(again.strengths_digest).toBe(outcome.strengths_digest);
      expect(again.final_strengths_digest).toBe(outcome.final_strengths_digest);
      expect(again.finalists.find(({ entry }) => entry === first)?.position).toBeNull();
    }
  });

  test('before the final: cannot be a finalist, and its ballots stay', () => {
    const [first = ''] = inOrder(outcome);
    const again = tallyQualifying({ ...count, entries: withOut(first, 'qualifying', 'disqualified') });
    expect(again.finalists).not.toContain(first);
    expect(again.finalists).toHaveLength(20);
    expect([...again.strengths]).toEqual([...tallyQualifying(count).strengths]);
  });

  test('for bought votes: these weigh nothing, strengths are found anew, and the finalists stay', () => {
    const bought = new Set(count.voters.slice(0, 30).map(({ id }) => id));
    const voters = count.voters.map((voter) =>
      bought.has(voter.id) ? { ...voter, barred: 'VOTE_FRAUD' } : voter,
    );
    const frozen = outcome.finalists.map(({ entry }) => entry);
    const again = tally({ ...count, voters, finalists: frozen });
    expect(again.strengths_digest).not.toBe(outcome.strengths_digest);
    expect(again.finalists.map(({ entry }) => entry)).toEqual(frozen);
    expect(
      again.voters
        .slice(0, 30)
        .every(([weight, why]) => weight === 0 && (why === 'VOTE_FRAUD' || why === '')),
    ).toBe(true);
    // nothing weighs as much as not having been there
    const table = ballotTable(
      count.entries,
      voters,
      cast(count).filter(({ voter }) => !bought.has(voter)),
    );
    const absent = tally({ ...count, voters, ballots: table, finalists: frozen });
    expect(absent.strengths_digest).toBe(again.strengths_digest);
    expect(absent.final_strengths_digest).toBe(again.final_strengths_digest);
    expect(absent.places).toEqual(again.places);
  });
});

test('of a person with two entries the better one stays, also where both are made with others', () => {
  const [first = '', second = '', third = ''] = outcome.finalists.map(({ entry }) => entry);
  const together = (id: string, persons: string[]) => (entry: Entry) =>
    entry.id === id ? { ...entry, persons } : entry;
  const entries = count.entries.map(together(first, ['ada', 'ben'])).map(together(third, ['cleo', 'ben']));
  const { finalists } = tallyQualifying({ ...count, entries });
  expect(finalists).toContain(first);
  expect(finalists).toContain(second);
  expect(finalists).not.toContain(third);
  expect(finalists).toHaveLength(20);
});

describe('too few', () => {
  const small = (entries: number, voters: number) =>
    exampleRound({ seed: 5, entries, voters, rules: { samples: 5 } });

  test('entries: the experts decide', () => {
    expect(tally(countOf(small(9, 60))).mode).toBe('experts_only');
    expect(tally(countOf(small(14, 60))).mode).toBe('two_chambers');
  });

  test('comparisons: the experts decide', () => {
    const { mode, comparisons_per_entry } = tally(countOf(small(40, 22)));
    expect(comparisons_per_entry).toBeLessThan(30);
    expect(mode).toBe('experts_only');
  });

  test('winners: there are fewer places, and the rest of the prizes goes back', () => {
    const { places, unused } = tally(countOf(small(3, 30)));
    expect(places.map(({ place }) => place)).toEqual([1, 2, 3].slice(0, places.length));
    expect(BigInt(unused) + places.reduce((all, { amount }) => all + BigInt(amount), 0n)).toBe(100000000001n);
  });

  test('judges: nothing is decided, and nothing is paid', () => {
    const panel = count.panel.map((judge, index) => (index < 3 ? { ...judge, barred: 'CONFLICT' } : judge));
    const undecided = tally({ ...count, panel });
    expect(undecided).toMatchObject({
      mode: 'undecided',
      why: 'PANEL_TOO_SMALL',
      places: [],
      unused: '100000000001',
    });
    expect(tally({ ...count, panel: panel.slice(1) })).toMatchObject({ mode: 'undecided' });
    const five = count.panel.map((judge, index) => (index < 2 ? { ...judge, barred: 'CONFLICT' } : judge));
    expect(tally({ ...count, panel: five }).mode).toBe('two_chambers');
  });

  test('of everything: a round with nothing in it counts, and is not decided', () => {
    const nothing = { entries: [], voters: [], panel: [], ballots: ballotTable([], [], []) };
    expect(tally({ ...count, ...nothing })).toMatchObject({
      mode: 'undecided',
      finalists: [],
      strengths: [],
    });
  });
});

test('what nobody compared has no strength: it is neither nothing nor the best', () => {
  const quiet = cast(count).filter(
    ({ left, right, phase }) => phase === 'final' || ![left, right].includes('entry-00003'),
  );
  const { strengths, scored, finalists } = tallyQualifying({
    ...count,
    ballots: ballotTable(count.entries, count.voters, quiet),
  });
  expect([strengths[3], scored[3]]).toEqual([1, false]);
  expect(finalists).not.toContain('entry-00003');
  expect(
    tally({ ...count, ballots: ballotTable(count.entries, count.voters, quiet) }).strengths[3],
  ).toBeNull();
  // the average would be the best of these
  const worse = Float64Array.from(count.entries, (_, index) => (index === 3 ? 1 : 0.5));
  expect(chooseFinalists(count.entries, worse, scored, count.seed)).not.toContain('entry-00003');
});

test('the finalists are the strongest of all, wherever they stand', () => {
  const entries = Array.from({ length: 3_000 }, (_, index) => ({
    ...{ id: `e${String(index).padStart(5, '0')}`, asset: '', out: null },
    persons: [`p${index}`],
  }));
  const strengths = Float64Array.from(
    entries,
    (_, index) => (index % 200 === 0 || index > 2994 ? 5 : 1) + index / 1e6,
  );
  const chosen = chooseFinalists(
    entries,
    strengths,
    entries.map(() => true),
    '5e'.repeat(32),
  );
  expect(chosen).toHaveLength(20);
  expect(chosen).toContain('e00000');
  expect(chosen[0]).toBe('e02999');
});

test('when agreement differs too much the alarm goes off, and the experts have the order', () => {
  // a third of all says the opposite of what is true: too many to be removed
  const [LEFT, RIGHT] = ['left', 'right'] as const;
  const turned = cast(count).map((ballot) => {
    const against = Number(ballot.voter.slice(-5)) % 3 === 0 && ballot.damaged === null;
    const choice = ballot.choice === LEFT ? RIGHT : ballot.choice === RIGHT ? LEFT : ballot.choice;
    return against ? { ...ballot, choice } : ballot;
  });
  const alarmed = tally({
    ...count,
    ballots: ballotTable(count.entries, count.voters, turned),
    finalists: outcome.finalists.map(({ entry }) => entry),
  });
  expect(alarmed.reliability.alarm).toBe(true);
  expect(alarmed.mode).toBe('alarm');
  const ahead = alarmed.finalists.filter(({ community_rank }) => (community_rank ?? 99) <= 15);
  const best = ahead.toSorted((a, b) => (a.experts_rank ?? 0) - (b.experts_rank ?? 0))[0];
  expect(best?.position).toBe(1);
});

describe('models, which nobody compares in pairs', () => {
  const models = (support: Record<string, number>): Count => ({
    ...count,
    support,
    voters: [],
    ballots: ballotTable(count.entries, [], []),
  });

  test('are ranked by how many made something with them; equal is an equal rank, and absent is none', () => {
    const [a = '', b = '', c = '', d = '', ...others] = outcome.finalists.map(({ entry }) => entry);
    const support = { [a]: 40, [b]: 40, [c]: 0, ...Object.fromEntries(others.map((id) => [id, 7])) };
    const counted = tally({ ...models(support), finalists: outcome.finalists.map(({ entry }) => entry) });
    expect(counted.mode).toBe('two_chambers');
    const rank = (id: string) => counted.finalists.find(({ entry }) => entry === id);
    expect([a, b, c, d].map((id) => rank(id)?.community_rank)).toEqual([1, 1, 19, null]);
    expect(rank(d)?.position).toBeNull();
    expect(counted.strengths.every((strength) => strength === null)).toBe(true);
    expect(counted).toMatchObject({ samples: 0, statistical_tie: null, reliability: { alarm: false } });
  });

  test('choose their finalists by it', () => {
    const support = Object.fromEntries(count.entries.map(({ id }, index) => [id, index]));
    const { finalists } = tallyQualifying(models(support));
    expect(finalists[0]).toBe(count.entries.at(-1)?.id);
    expect(finalists).toHaveLength(20);
    expect(() => tally(models({ nobody: 3 }))).toThrow('support is a whole number');
  });
});

test('what cannot be counted is refused by name', () => {
  const refusals: [Partial<Count>, string][] = [
    [{ entries: count.entries.toReversed() }, 'ascending order'],
    [{ voters: count.voters.slice(1) }, 'a ballot names a voter'],
    [{ entries: count.entries.slice(0, 5) }, 'a ballot names an entry'],
    [{ seed: 'x' }, 'a seed is 32 bytes'],
    [{ category: 'a|b' }, 'a name here is'],
    [{ finalists: ['nobody'] }, 'a finalist is an entry'],
    [{ rules: { ...count.rules, samples: -1 } }, 'no rules of stellar-judge/1'],
    [{ prizes: ['-1'] }, 'a prize is a whole number'],
  ];
  for (const [change, sentence] of refusals) expect(() => tally({ ...count, ...change })).toThrow(sentence);
  expect(() => makeBundle({ ...round, seed: 'x' })).toThrow('a seed is 32 bytes');
});

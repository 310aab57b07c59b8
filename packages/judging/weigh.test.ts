import { describe, expect, test } from 'vitest';
import { ballotTable } from './ballots.ts';
import type { Ballot, Choice, Phase, Voter } from './kinds.ts';
import { weigh } from './weigh.ts';

const ENTRIES = Array.from({ length: 10 }, (_, index) => ({ id: `e${index}` }));

type Cast = Partial<Voter> & {
  choices?: number;
  skips?: number;
  reports?: number;
  missed?: number;
  caught?: number;
  phase?: Phase;
};

/** What each of these voters weighs in qualifying, and why. */
function weighed(cast: Cast[], phase: Phase = 'qualifying') {
  const voters = cast.map((one, index) => ({
    ...{ id: `v${String(index).padStart(3, '0')}`, class: 'established' as const },
    ...{ cluster: null, barred: null, ...one },
  }));
  const ballots = cast.flatMap(
    ({ choices = 12, skips = 0, reports = 0, missed = 0, caught = 0, phase: of = phase }, index) => {
      const about = { phase: of, voter: voters[index]?.id ?? '', k: 0, slot: 0, draw: 0, dwell: 1, hour: 1 };
      const pair = (choice: Choice, n: number): Ballot => ({
        ...about,
        ...{ left: `e${n % 10}`, right: `e${(n + 1) % 10}`, choice, damaged: null },
      });
      const controlled = (choice: Choice): Ballot => ({
        ...about,
        left: 'e1',
        right: 'e1',
        choice,
        damaged: 'left',
      });
      return [
        ...Array.from({ length: choices }, (_, n) => pair('left', n)),
        ...Array.from({ length: skips }, (_, n) => pair('skip', n)),
        ...Array.from({ length: reports }, (_, n) => pair('report', n)),
        ...Array.from({ length: missed }, (_, n) => controlled(n % 2 === 0 ? 'left' : 'equal')),
        ...Array.from({ length: caught }, () => controlled('right')),
        controlled('skip'),
      ];
    },
  );
  const { weight, reasons, counts, chosen } = weigh(voters, ballotTable(ENTRIES, voters, ballots), phase);
  return { weight: [...weight], reasons, counts, chosen: [...chosen] };
}

const old = Array.from({ length: 20 }, () => ({}));

describe('a voter weighs', () => {
  test('one if established, a quarter if new', () => {
    const { weight, reasons } = weighed([...old, { class: 'new', caught: 2 }]);
    expect(weight.slice(-2)).toEqual([1, 0.25]);
    expect(reasons.slice(-2)).toEqual(['', 'NEW']);
  });

  test('a half after one missed control and nothing after two; what was skipped is no miss', () => {
    const { weight, reasons } = weighed([{ missed: 1, caught: 1 }, { missed: 2 }, { caught: 2 }]);
    expect(weight).toEqual([0.5, 0, 1]);
    expect(reasons).toEqual(['CONTROL_MISSED', 'CONTROLS_MISSED', '']);
  });

  test('nothing with more than four skips in ten, reports among them, and all of it with four', () => {
    const { weight, reasons } = weighed([
      { choices: 12, skips: 8 },
      { choices: 12, skips: 9 },
      { choices: 12, skips: 4, reports: 4 },
      { choices: 12, reports: 9 },
    ]);
    expect(weight).toEqual([1, 0, 1, 0]);
    expect(reasons).toEqual(['', 'TOO_MANY_SKIPS', '', 'TOO_MANY_SKIPS']);
  });

  test('nothing with nine choices in qualifying, and all of it with ten; the final has no floor', () => {
    expect(weighed([{ choices: 9 }, { choices: 10 }])).toMatchObject({
      weight: [0, 1],
      reasons: ['BELOW_FLOOR', ''],
    });
    expect(weighed([{ choices: 1 }, { choices: 0, skips: 1 }], 'final').weight).toEqual([1, 0]);
  });

  test('nothing when barred, whatever else: entrants, staff, and votes that were bought', () => {
    const { weight, reasons } = weighed([{ barred: 'ENTRANT' }, { barred: 'VOTE_FRAUD', missed: 2 }]);
    expect(weight).toEqual([0, 0]);
    expect(reasons).toEqual(['ENTRANT', 'VOTE_FRAUD']);
  });

  test('a part of one weight when accounts are linked: the largest power of two up to one m-th', () => {
    for (const [members, part] of [
      [1, 1],
      [2, 1 / 2],
      [3, 1 / 4],
      [4, 1 / 4],
      [5, 1 / 8],
      [9, 1 / 16],
    ] as const) {
      const { weight } = weighed(Array.from({ length: members }, () => ({ cluster: 'one wallet' })));
      expect(weight).toEqual(Array.from({ length: members }, () => part));
    }
    // who does not count takes nothing from the others
    expect(weighed([{ cluster: 'c' }, { cluster: 'c', choices: 3 }]).weight).toEqual([1, 0]);
  });

  test('so much that new ones together are a tenth of established ones, in 1024ths', () => {
    const { weight, reasons } = weighed([
      ...old,
      ...Array.from({ length: 30 }, () => ({ class: 'new' as const })),
    ]);
    const factor = Math.floor((20 * 1024) / (10 * 7.5)) / 1024;
    expect(weight.at(-1)).toBe(0.25 * factor);
    expect(weight.slice(20).reduce((all, one) => all + one, 0)).toBeLessThanOrEqual(2);
    expect(reasons.at(-1)).toBe('NEW+CLASS_CAP');
    // new accounts alone are a tenth of nothing
    expect(weighed([{ class: 'new' }]).weight).toEqual([0]);
  });
});

test('choices beyond the quota do not count, and thirty do', () => {
  const { counts, chosen } = weighed([{ choices: 33, skips: 2 }]);
  expect(chosen).toEqual([30]);
  expect(counts.reduce((all, one) => all + one, 0)).toBe(30);
});

test('ballots of the other phase, and pairs of an entry with itself, count nothing', () => {
  expect(weighed([{ phase: 'final' }]).chosen).toEqual([0]);
});

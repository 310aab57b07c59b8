import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Judge } from './kinds.ts';
import { orderOf, type Standing } from './order.ts';
import { panelCommitment, panelOf } from './panel.ts';
import { award } from './prizes.ts';

const standing = (community: number | null, experts: number, strength = 1, lot = 'ff'): Standing => ({
  ...{ community, experts, strength, lot },
});
const nobody = () => 0;
const none = { experts: nobody, community: nobody };

describe('the award order', () => {
  test('has first who is among the ten of both, however good others are for one of them', () => {
    const of = [standing(1, 11), standing(11, 1), standing(10, 10), standing(9, 9)];
    expect(orderOf(of, 'two_chambers', 'lots', none)).toEqual([[3], [2], [1], [0]]);
  });

  test('is that of the experts after an alarm, for who is among the fifteen of the community', () => {
    const of = [standing(16, 1), standing(15, 3), standing(1, 2), standing(20, 4)];
    expect(orderOf(of, 'alarm', 'lots', none)).toEqual([[2], [1], [0], [3]]);
  });

  test('is that of the experts where they decide alone, and needs nobody else', () => {
    const of = [standing(null, 2), standing(1, 3), standing(null, 1)];
    expect(orderOf(of, 'experts_only', 'lots', none)).toEqual([[2], [0], [1]]);
    // elsewhere nothing known of an entry is no rank, neither the first nor the last
    expect(orderOf(of, 'two_chambers', 'lots', none)).toEqual([[1]]);
  });

  test('climbs the ladder: experts, their duel, strength, the duel of the community, lots', () => {
    const before = (winner: number) => (one: number, other: number) =>
      one === winner ? 1 : other === winner ? -1 : 0;
    expect(orderOf([standing(1, 3), standing(2, 2)], 'two_chambers', 'lots', none)).toEqual([[1], [0]]);
    const equal = [standing(1, 1), standing(1, 1)];
    expect(orderOf(equal, 'two_chambers', 'lots', { ...none, experts: before(1) })).toEqual([[1], [0]]);
    expect(orderOf([standing(1, 1, 2), standing(1, 1, 3)], 'two_chambers', 'lots', none)).toEqual([[1], [0]]);
    // a difference below a billionth is none
    const close = [standing(1, 1, 2), standing(1, 1, 2 + 1e-12)];
    expect(orderOf(close, 'two_chambers', 'lots', { ...none, community: before(0) })).toEqual([[0], [1]]);
    const lots = [standing(1, 1, 1, 'b'), standing(1, 1, 1, 'a')];
    expect(orderOf(lots, 'two_chambers', 'lots', none)).toEqual([[1], [0]]);
    expect(orderOf(lots, 'two_chambers', 'shared', none)).toEqual([[0, 1]]);
  });

  test('leaves nobody out who has a rank, and nothing is cut off before it is in order', () => {
    const ranks = fc.array(fc.tuple(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 20 })), {
      maxLength: 20,
    });
    fc.assert(
      fc.property(ranks, fc.constantFrom('lots' as const, 'shared' as const), (list, ties) => {
        const of = list.map(([c, e], index) => standing(c, e, 1, String(index).padStart(2, '0')));
        const groups = orderOf(of, 'two_chambers', ties, none);
        expect(groups.flat().sort((a, b) => a - b)).toEqual([...of.keys()]);
        if (ties === 'lots') expect(groups.every((group) => group.length === 1)).toBe(true);
      }),
    );
  });
});

describe('the panel', () => {
  const finalists = Array.from({ length: 10 }, (_, index) => `e${index}`);
  const judge = (id: string, ranking: string[] | null, more: Partial<Judge> = {}): Judge => ({
    ...{ id, name: id, ranking, salt: 's', barred: null },
    commitment: panelCommitment({ judge: id, ranking, salt: 's' }),
    ...more,
  });
  const seven = (change: (index: number) => Partial<Judge> | null) =>
    Array.from({ length: 7 }, (_, index) => judge(`j${index}`, finalists, change(index) ?? {}));
  const voids = (judges: Judge[]) => panelOf(judges, finalists).verdicts.map(({ void: why }) => why);

  test('drops the best and the worst rank of each entry, so that one hostile juror moves nobody', () => {
    const swapped = ['e9', ...finalists.slice(1, 9), 'e0'];
    const panel = panelOf([...seven(() => null).slice(1), judge('j0', swapped)], finalists);
    expect(panel.ranks).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(panel.sums).toEqual(finalists.map((_, index) => 5 * (index + 1)));
  });

  test('is not heard where a ranking is not whole, not revealed, not the one committed to, or of one in a conflict', () => {
    const other = finalists.toReversed();
    const amiss: Record<number, Partial<Judge>> = {
      0: { barred: 'CONFLICT' },
      1: { ranking: null },
      2: { ranking: other },
      3: {
        ranking: finalists.slice(1),
        commitment: panelCommitment({ judge: 'j3', ranking: finalists.slice(1), salt: 's' }),
      },
    };
    const judges = seven((index) => amiss[index] ?? null);
    expect(voids(judges).slice(0, 4)).toEqual([
      'CONFLICT',
      'NOTHING_REVEALED',
      'NOT_AS_COMMITTED',
      'NOT_ALL_RANKED',
    ]);
    expect(panelOf(judges, finalists).enough).toBe(false);
    expect(panelOf(judges.slice(2), finalists).enough).toBe(false);
    expect(
      panelOf(
        seven((index) => (index < 2 ? { barred: 'CONFLICT' } : null)),
        finalists,
      ).enough,
    ).toBe(true);
  });

  test('voids who says the opposite of the others, the most contrary first, and keeps five', () => {
    const contrary = (count: number) =>
      seven(() => null).map((one, index) => (index < count ? judge(one.id, finalists.toReversed()) : one));
    expect(voids(contrary(1))).toEqual(['CONTRARY', null, null, null, null, null, null]);
    expect(voids(contrary(3)).filter((why) => why === 'CONTRARY')).toHaveLength(2);
    const { verdicts } = panelOf(contrary(1), finalists);
    expect(verdicts[0]).toEqual({ judge: 'j0', void: 'CONTRARY', agrees: -45, pairs: 45 });
    expect(voids(contrary(1).slice(0, 5)).every((why) => why === null)).toBe(true);
  });
});

describe('prizes', () => {
  const prizes = ['100', '50', '30', '20', '11'];
  const amounts = (groups: string[][], of = prizes) =>
    award(groups, of).places.map(({ place, entry, amount }) => `${place} ${entry} ${amount}`);

  test('go to five, one each', () => {
    expect(amounts([['a'], ['b'], ['c'], ['d'], ['e'], ['f']])).toEqual([
      '1 a 100',
      '2 b 50',
      '3 c 30',
      '4 d 20',
      '5 e 11',
    ]);
  });

  test('are shared: two at the fifth place have the fifth prize, and there is no sixth', () => {
    expect(amounts([['a'], ['b'], ['c'], ['d'], ['f', 'e'], ['g']]).slice(4)).toEqual(['5 e 6', '5 f 5']);
  });

  test('are shared: two at the fourth place have the prizes of the fourth and the fifth', () => {
    expect(amounts([['a'], ['b'], ['c'], ['e', 'd'], ['f']]).slice(3)).toEqual(['4 d 16', '4 e 15']);
  });

  test('that nobody takes go back', () => {
    expect(award([['a'], ['b'], ['c']], prizes)).toMatchObject({ unused: '31' });
    expect(award([], prizes)).toEqual({ places: [], unused: '211' });
    expect(() => award([['a']], ['1.5'])).toThrow('a prize is a whole number');
    expect(() => award([['a']], ['1', '1', '1', '1', '1', '1'])).toThrow('at most five');
  });

  test('sum to what there was, whoever shares, and nobody has two places', () => {
    const group = fc.integer({ min: 1, max: 4 });
    fc.assert(
      fc.property(
        fc.array(group, { maxLength: 8 }),
        fc.array(fc.bigInt({ min: 0n, max: 10n ** 20n }), { maxLength: 5 }),
        (sizes, sums) => {
          const groups = sizes.map((size, at) =>
            Array.from({ length: size }, (_, index) => `e${at}-${index}`),
          );
          const { places, unused } = award(groups, sums.map(String));
          const paid = places.reduce((all, { amount }) => all + BigInt(amount), BigInt(unused));
          expect(paid).toBe(sums.reduce((all, one) => all + one, 0n));
          expect(new Set(places.map(({ entry }) => entry)).size).toBe(places.length);
          for (const { place } of places) expect(place).toBeLessThanOrEqual(5);
        },
      ),
    );
  });
});

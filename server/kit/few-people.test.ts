import fc from 'fast-check';
import { expect, test } from 'vitest';
import { tellGroups } from './few-people.ts';

const MIN = 5;
/** Somebody who may have generated in several groups. */
const crowd = fc.array(
  fc.record({ person: fc.integer({ min: 1, max: 40 }), key: fc.constantFrom(...'abcdefgh') }),
  { maxLength: 150 },
);
const groupsOf = (uses: readonly { person: number; key: string }[]) =>
  [...Map.groupBy(uses, ({ key }) => key)].map(([key, some]) => ({
    key,
    people: new Set(some.map(({ person }) => person)).size,
    uses: some.length,
    who: new Set(some.map(({ person }) => person)),
  }));

test('whatever is told is of five people or more, and every group is told once', () => {
  fc.assert(
    fc.property(crowd, (uses) => {
      const all = groupsOf(uses);
      const { groups, merged, withheld } = tellGroups(all, MIN);
      for (const { who } of groups) expect(who.size).toBeGreaterThanOrEqual(MIN);
      if (merged.length > 0)
        expect(new Set(merged.flatMap(({ who }) => [...who])).size).toBeGreaterThanOrEqual(MIN);
      const keys = [...groups, ...merged, ...withheld].map(({ key }) => key);
      expect(keys.toSorted()).toEqual(all.map(({ key }) => key).toSorted());
      // nothing that could be told is kept back: at most one large group goes with the small ones
      const large = all.filter(({ people }) => people >= MIN).length;
      expect(large - groups.length).toBeLessThanOrEqual(1);
      if (withheld.length > 0) expect(large).toBe(0);
    }),
  );
});

/**
 * What two answers differ by is a sum of whole weeks, since each is made of them: whatever ranges somebody subtracts,
 * each group in the difference is one that had five people in a week of its own.
 */
test('no two ranges can be subtracted to a group of fewer than five', () => {
  const weeks = fc.array(crowd, { minLength: 2, maxLength: 6 });
  fc.assert(
    fc.property(weeks, fc.nat(), fc.nat(), (history, one, other) => {
      const told = history.map((uses) => tellGroups(groupsOf(uses), MIN).groups);
      const sums = (until: number) => {
        const sum = new Map<string, number>();
        for (const group of told.slice(0, until).flat())
          sum.set(group.key, (sum.get(group.key) ?? 0) + group.uses);
        return sum;
      };
      const [shorter, longer] = [one % history.length, other % (history.length + 1)].toSorted(
        (a, b) => a - b,
      );
      const [less, more] = [sums(shorter ?? 0), sums(longer ?? 0)];
      for (const [key, uses] of more) {
        if (uses === (less.get(key) ?? 0)) continue;
        const people = new Set(
          told
            .slice(shorter, longer)
            .flat()
            .filter((group) => group.key === key)
            .flatMap(({ who }) => [...who]),
        );
        expect(people.size).toBeGreaterThanOrEqual(MIN);
      }
    }),
  );
});

test('a group of few takes the smallest of the others with it, and few altogether are not told at all', () => {
  const group = (key: string, people: number) => ({ key, people });
  expect(tellGroups([group('a', 40), group('b', 7), group('c', 2)], MIN)).toEqual({
    groups: [group('a', 40)],
    merged: [group('b', 7), group('c', 2)],
    withheld: [],
  });
  expect(tellGroups([group('a', 3), group('b', 1)], MIN)).toEqual({
    groups: [],
    merged: [],
    withheld: [group('a', 3), group('b', 1)],
  });
  expect(tellGroups([group('a', 5), group('b', 0)], MIN)).toEqual({
    groups: [group('a', 5)],
    merged: [],
    withheld: [],
  });
});

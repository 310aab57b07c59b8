import fc from 'fast-check';
import { expect, test } from 'vitest';
import { differences } from './differences.ts';

const content = fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.jsonValue({ maxDepth: 2 }));

test('nothing differs from itself', () => {
  fc.assert(
    fc.property(content, (said) => {
      expect(differences(said, structuredClone(said))).toEqual([]);
    }),
  );
});

test('the other way round, before and after change places', () => {
  const bySpot = (a: { path: string }, b: { path: string }) => (a.path < b.path ? -1 : 1);
  fc.assert(
    fc.property(content, content, (one, other) => {
      const turned = differences(other, one).map(({ path, before, after }) => ({
        path,
        before: after,
        after: before,
      }));
      expect(differences(one, other).toSorted(bySpot)).toEqual(turned.toSorted(bySpot));
    }),
  );
});

test('fields changed, added and gone, deep in lists too', () => {
  const before = { title: 'Waves', uses: ['a', 'b'], licence: { kind: 'known', id: 'MIT' }, n: 1 };
  const after = { title: 'Tides', uses: ['a'], licence: { kind: 'own', title: 'Mine' }, n: 1 };
  expect(differences(before, after)).toEqual([
    { path: 'title', before: 'Waves', after: 'Tides' },
    { path: 'licence.kind', before: 'known', after: 'own' },
    { path: 'licence.title', before: null, after: 'Mine' },
    { path: 'uses.1', before: 'b', after: null },
    { path: 'licence.id', before: 'MIT', after: null },
  ]);
});

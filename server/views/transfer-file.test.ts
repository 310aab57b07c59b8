import fc from 'fast-check';
import { expect, test } from 'vitest';
import { partsAfter } from './transfer-file.ts';

const people = ['ada', 'ben', 'cleo', 'dora', 'egon'];
/** Ada's model, and how it is shared; whoever shares has a part of it, and all parts are the whole. */
const splits = fc
  .record({
    others: fc.subarray(people.slice(1)),
    weights: fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 5, maxLength: 5 }),
  })
  .map(({ others, weights }) => {
    const part = (place: number) => (weights[place] ?? 1) * 1_000;
    const shared = others.reduce((sum, _, place) => sum + part(place), 0);
    return [
      { person_id: 'ada', role: 'creator' as const, part_ppm: 1_000_000 - shared },
      ...others.map((person_id, place) => ({
        ...{ person_id, role: 'collaborator' as const, part_ppm: part(place) },
      })),
    ];
  });

test('whoever takes a model over has the owner’s part and their own, and nobody else more or less', () => {
  fc.assert(
    fc.property(splits, fc.constantFrom(...people.slice(1), 'fay'), (before, to) => {
      const after = partsAfter(before, 'ada', to);
      const partOf = (parts: typeof before, person: string) =>
        parts.find(({ person_id }) => person_id === person)?.part_ppm ?? 0;
      expect(after.reduce((sum, { part_ppm }) => sum + part_ppm, 0)).toBe(1_000_000);
      expect(new Set(after.map(({ person_id }) => person_id)).size).toBe(after.length);
      expect(partOf(after, 'ada')).toBe(0);
      expect(partOf(after, to)).toBe(partOf(before, 'ada') + partOf(before, to));
      expect(after.filter(({ role }) => role === 'creator').map(({ person_id }) => person_id)).toEqual([to]);
      for (const one of people.filter((person) => person !== 'ada' && person !== to))
        expect(partOf(after, one)).toBe(partOf(before, one));
    }),
  );
});

test('an owner whose part went to somebody else has none to give', () => {
  const parts = [{ person_id: 'ben', role: 'creator' as const, part_ppm: 1_000_000 }];
  expect(partsAfter(parts, 'ada', 'cleo')).toEqual(parts);
});

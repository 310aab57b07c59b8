import { describe, expect, test } from 'vitest';
import { hunt, HuntBroken } from './hunt.ts';
import { type Mutant, MUTANTS, QUICK } from './mutants.ts';

describe('the hunt', () => {
  test(
    'finds mistakes that are, and says of one that is none that nobody noticed',
    { timeout: 180_000 },
    async () => {
      const quick = MUTANTS.filter(({ name }) => QUICK.includes(name));
      expect(quick).toHaveLength(QUICK.length);
      const [first] = quick as [Mutant];
      const harmless: Mutant = {
        ...first,
        name: 'a comment',
        changes: [
          { file: 'packages/split/split.ts', from: '/** A whole in millionths.', to: '/** A WHOLE.' },
        ],
      };
      const fates = await hunt([...quick, harmless]);
      expect(fates.map(({ name, fate }) => [name, fate])).toEqual([
        ...QUICK.map((name) => [name, 'caught']),
        ['a comment', 'survived'],
      ]);
    },
  );

  test('does not go on when the code it would spoil is not there any more', async () => {
    const gone: Mutant = {
      name: 'gone',
      changes: [{ file: 'packages/split/split.ts', from: 'not in there', to: '' }],
      noticed_by: [],
    };
    await expect(hunt([gone])).rejects.toThrow(HuntBroken);
  });
});

test('every mistake has a name of its own and a test that must notice it', () => {
  expect(new Set(MUTANTS.map(({ name }) => name)).size).toBe(MUTANTS.length);
  expect(MUTANTS.every(({ noticed_by }) => noticed_by.length > 0)).toBe(true);
});

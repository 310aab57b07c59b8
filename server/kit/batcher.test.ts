import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { createBatcher, type Outcome } from './batcher.ts';
import { OutcomeUnknown } from './database.ts';

const all = <R>(values: readonly R[]): Outcome<R>[] => values.map((value) => ({ value }));

/** A flush that takes a while and remembers what it was given. */
function recorded(act: (items: readonly number[]) => Outcome<number>[] = (items) => all(items)) {
  const batches: number[][] = [];
  const batcher = createBatcher<number, number>({
    size_max: 4,
    async flush(items) {
      batches.push([...items]);
      await sleep(5);
      return act(items);
    },
  });
  return { batches, batcher };
}

describe('a batcher', () => {
  test('joins what comes in one turn, and while a batch is under way, up to its size', async () => {
    const { batches, batcher } = recorded();
    const first = [1, 2].map((n) => batcher.add(n));
    await sleep(1);
    const then = [3, 4, 5, 6, 7].map((n) => batcher.add(n));
    expect(await Promise.all([...first, ...then])).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(batches).toEqual([[1, 2], [3, 4, 5, 6], [7]]);
  });

  test('answers each with what became of it', async () => {
    const { batcher } = recorded((items) =>
      items.map((n) => (n === 2 ? { error: new Error('not enough') } : { value: n * 10 })),
    );
    const results = await Promise.allSettled([1, 2, 3].map((n) => batcher.add(n)));
    expect(results.map((result) => (result.status === 'fulfilled' ? result.value : 'refused'))).toEqual([
      10,
      'refused',
      30,
    ]);
  });

  test('a bad item hurts only itself', async () => {
    const { batches, batcher } = recorded((items) => {
      if (items.includes(2)) throw new Error('cannot be');
      return all(items);
    });
    const results = await Promise.allSettled([1, 2, 3].map((n) => batcher.add(n)));
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(batches).toEqual([[1, 2, 3], [1], [2], [3]]);
    expect(await batcher.add(9)).toBe(9);
  });

  test('what may have happened is not tried again: everybody is told that nobody knows', async () => {
    const { batches, batcher } = recorded(() => {
      throw new OutcomeUnknown(new Error('cut'));
    });
    const results = await Promise.allSettled([1, 2].map((n) => batcher.add(n)));
    expect(
      results.every((result) => result.status === 'rejected' && result.reason instanceof OutcomeUnknown),
    ).toBe(true);
    expect(batches).toEqual([[1, 2]]);
  });
});

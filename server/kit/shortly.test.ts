import { expect, test } from 'vitest';
import { shortly } from './shortly.ts';

test('what is asked for at once is made once, of each owner and key apart, and again where it failed', async () => {
  const ask = shortly<object, number>(60_000);
  let made = 0;
  const make = async () => (made += 1);
  const [one, other] = [{}, {}];
  expect(await Promise.all([ask(one, 'a', make), ask(one, 'a', make)])).toEqual([1, 1]);
  expect(await ask(one, 'b', make)).toBe(2);
  expect(await ask(other, 'a', make)).toBe(3);

  const fail = async (): Promise<number> => {
    throw new Error('not now');
  };
  await expect(ask(one, 'c', fail)).rejects.toThrow('not now');
  expect(await ask(one, 'c', make)).toBe(4);
});

test('it is made anew once its time is over', async () => {
  const ask = shortly<object, number>(0);
  let made = 0;
  const owner = {};
  expect(await ask(owner, 'a', async () => (made += 1))).toBe(1);
  expect(await ask(owner, 'a', async () => (made += 1))).toBe(2);
});

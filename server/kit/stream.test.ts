import { expect, test } from 'vitest';
import { stream } from './stream.ts';

test('gives what was pushed in its order, until it is told to end', async () => {
  const over = new AbortController();
  const { push, items } = stream<number>(over.signal);
  const taking = items();
  for (const item of [1, 2]) push(item);
  expect([await taking.next(), await taking.next()].map(({ value }) => value)).toEqual([1, 2]);
  const rest = taking.next();
  over.abort();
  expect(await rest).toEqual({ done: true, value: undefined });
});

test('ends for who leaves too much waiting, and keeps none of it', async () => {
  const { push, items } = stream<number>(undefined);
  const taking = items();
  for (let item = 0; item < 500; item += 1) push(item);
  expect(await taking.next()).toEqual({ done: false, value: 0 });
  push(500);
  expect(await taking.next()).toEqual({ done: false, value: 1 });
  for (let item = 501; item < 510; item += 1) push(item);
  expect(await taking.next()).toEqual({ done: true, value: undefined });
});
